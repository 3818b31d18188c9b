"""Search: the way to a network."""

from random import getrandbits

from modcore.ticks import const, ticks_diff, ticks_ms

from .scan import candidates, scan
from .status import meanings

_FAILURES = const(("absent", "wrong password", "refused", "lost"))
_GRACE_MS = const(500)  # a status right after connect() may still be that of the attempt before
_STALE_MS = const(5000)  # one that does not change is believed after this
_HOLD_MS = const(15000)  # somebody uses our access point: searching would take the channel away from under it
_MAX_HOLDS = const(40)
_MAX_TIMEOUT_MS = const(1 << 28)  # ticks tell no more apart
_RESET_ROUNDS = const(8)  # rounds in vain until the radio is switched off and on


class Search:
    """Rounds through the known networks until one is joined, with growing waits between them.

    wlan: whose timer and properties it uses; first: the network of its first round, without a scan, at the
    access point `bssid` (None: at any).
    """

    def __init__(self, wlan, first=None, bssid=None):
        import network

        self._wlan = wlan
        self._status = meanings(network)
        self._first = first
        self._bssid = bssid
        self._queue = []  # what is still to be tried in this round: [(network, bssid)]
        self._failed = []  # how the others have failed
        self._rounds = 0  # in vain, one after the other
        self._holds = 0
        self._static = False  # the interface has a fixed address
        self.trying = None  # the network of the present attempt
        self.scan_wanted = False

    def round(self):
        """Try all that is worth a try, one after the other."""
        wlan = self._wlan
        known = wlan.networks
        if not known:
            wlan.show("state", "unconfigured")
            wlan.show("error", "no network is known")
            return
        if wlan.guests and self._rounds and self._holds < _MAX_HOLDS:
            self._holds += 1
            wlan.wait(_HOLD_MS, self.round)
            return
        wlan.show("state", "connecting")
        self._failed = []
        first, self._first = self._first, None
        bssid, self._bssid = self._bssid, None
        if first is None and len(known) == 1:
            # Needs no scan, which blocks for seconds. A hidden network is found this way too.
            first = known[0]
        if first:
            self._queue = [(first, bssid)]
        else:
            self._queue = candidates(known, scan(wlan), wlan.config["order"] == "list")
        self._next()

    def _next(self):
        if self.scan_wanted:
            self.scan_wanted = False
            scan(self._wlan)
        if self._queue:
            self._connect(*self._queue.pop(0))
        else:
            self._round_failed()

    def _connect(self, network, bssid):
        radio = self._wlan.radio
        self.trying = network
        self._wlan.log.debug("trying", network["ssid"])
        try:
            leave(radio)
            if network["ifconfig"]:
                radio.ifconfig(tuple(network["ifconfig"]))
                self._static = True
            elif self._static:
                radio.ifconfig("dhcp")
                self._static = False
            radio.connect(network["ssid"], network["password"] or None, bssid=bssid)
        except (OSError, ValueError, TypeError) as error:
            self._attempt_failed("refused", "refused: %s" % error)
            return
        self._since = ticks_ms()
        self._stale = radio.status()
        self._wlan.wait(self._wlan.config["poll_ms"], self._poll)

    def _poll(self):
        wlan = self._wlan
        if wlan.radio.isconnected():
            wlan.joined(self.trying)
            return
        code = wlan.radio.status()
        elapsed_ms = ticks_diff(ticks_ms(), self._since)
        found = self._status(code)
        if found in _FAILURES and elapsed_ms >= (_STALE_MS if code == self._stale else _GRACE_MS):
            if found == "lost":
                found = "refused"
            self._attempt_failed(found, found + (" (status %d)" % code if found == "refused" else ""))
        elif elapsed_ms >= min(wlan.config["timeout_s"] * 1000, _MAX_TIMEOUT_MS):
            if found == "joined" or wlan.rssi() is not None:
                self._attempt_failed("refused", "gives no address (DHCP)")
            else:
                self._attempt_failed("absent", "does not answer")
        else:
            wlan.wait(wlan.config["poll_ms"], self._poll)

    def _attempt_failed(self, kind, text):
        wlan = self._wlan
        text = "%s: %s" % (self.trying["ssid"], text)
        self.trying = None
        self._failed.append(kind)
        wlan.show("error", text)
        wlan.log.info(text)
        wlan.wait(0, self._next)

    def _round_failed(self):
        wlan = self._wlan
        leave(wlan.radio)
        for state in ("wrong password", "refused", "absent"):
            if state in self._failed:
                break
        if not self._failed:
            wlan.show("error", "no known network in reach")
        wlan.show("state", state)
        self._rounds += 1
        if self._rounds % _RESET_ROUNDS == 0:  # what hangs in the driver after hours ends with this
            wlan.radio.active(False)
            wlan.radio.active(True)
        config = wlan.config
        delay_ms = int(
            1000 * min(config["retry_s"] * (1 << min(self._rounds - 1, 16)), config["retry_max_s"])
        )
        delay_ms += getrandbits(10) * delay_ms // 2048  # up to half as much more: not all devices at once
        wlan.log.debug("next round in %d ms" % delay_ms)
        wlan.wait(delay_ms, self.round)


def leave(radio):
    """Disconnect."""
    try:
        radio.disconnect()
    except OSError:
        pass  # it was not connected
