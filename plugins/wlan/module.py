"""Wlan: the module that keeps the station connected."""

from random import getrandbits

from modcore import Module

from .search import Search

_RSSI_STEP = 3  # dB; less is noise
COMMANDS = ("scan", "restart", "add", "forget", "join")


class Wlan(Module):
    """The station: strongest known network in reach first, back-off with jitter, state as properties.

    config: `networks` (names, or {"ssid", "hidden", "ifconfig": [address, mask, gateway, dns]}), `order` ("signal":
    the strongest first; "list": as they are listed), `country`, `hostname` (empty: the device's name), `timeout_s`
    for one attempt, `retry_s` and `retry_max_s` between rounds, `poll_ms`, `check_s`, `rssi_s`; `roam_db` (so much
    stronger has another access point to be, 0: never), `roam_below` (dBm; only then it looks for one), `roam_s`
    (no more often); `allow` (commands that come from outside). `passwords`, {ssid: password}, stand in secrets.json.
    """

    defaults = {
        "networks": [],
        "passwords": {},
        "order": "signal",
        "country": "",
        "hostname": "",
        "timeout_s": 20,
        "retry_s": 2,
        "retry_max_s": 300,
        "poll_ms": 250,
        "check_s": 1,
        "rssi_s": 30,
        "roam_db": 10,
        "roam_below": -70,
        "roam_s": 60,
        "allow": [],
    }
    hostname = None  # as others can type it
    radio = None  # the station's WLAN
    network = None  # the known network that it has joined
    search = None  # while it has not joined one
    timer = None
    guests = 0  # of the device's own access point
    troubled = False  # `$error/wlan` tells of an entry
    roaming = None  # the Roaming, once the signal was weak
    proven = None  # its sections of config.json and secrets.json with which it has joined a network, a tuple

    def configure(self):
        """Read the known networks; an entry that is none is named in the log and on `$error/wlan`.

        ValueError: `order` or `allow` can't be.
        """
        from .networks import check, read_networks

        check(self.config, COMMANDS)
        read_networks(self)

    def start(self):
        """Switch the radio on and begin."""
        from .setup import start

        start(self)

    def stop(self):
        """Leave the link as it is: the REPL may come over it, and a module that starts again takes it up."""
        self.network = self.search = self.timer = None

    def begin(self, first=None, bssid=None):
        """Look for a network, from the beginning; first: the one to be tried without a scan, at its `bssid`."""
        self.network = None
        self.wait(0, None)
        self.search = Search(self, first, bssid)
        self.search.round()

    def wait(self, ms, handler, every=False):
        """Have the module's one timer call `handler` in, or with `every` each, `ms`; None: it is not needed."""
        if self.timer:
            self.timer.cancel()
        self.timer = handler and (self.every if every else self.after)(int(ms) or 1, handler)

    def joined(self, network):
        """Show that there is a link and an address, and begin to look after it."""
        from .setup import prove

        prove(self)
        self.network = network
        self.search = None
        self.show("error", None)
        self.show("ssid", network["ssid"])
        self._show_address()
        self._checks = 0
        self._show_rssi()
        self.show("state", "connected")
        self.show("connected", True)
        self.log.info("connected to %s as %s" % (network["ssid"], self.properties["ip"].value))
        self.wait(self.config["check_s"] * 1000, self._check, True)

    def _check(self):
        if not self.radio.isconnected():
            self._lost()
            return
        self._checks += 1
        if self._checks * self.config["check_s"] >= self.config["rssi_s"]:
            self._checks = 0
            self._show_rssi()
            self._show_address()  # a new lease may bring another
            self._look_for_better()

    def _look_for_better(self):
        config = self.config
        rssi = self.rssi()
        if not config["roam_db"] or rssi is None or rssi >= config["roam_below"] or self.guests:
            return
        if not self.roaming:
            from .roaming import Roaming

            self.roaming = Roaming(self)
        found = self.roaming.better(rssi)
        if found:
            network, bssid = found
            self.log.info("%s is too weak, goes to %s" % (self.network["ssid"], network["ssid"]))
            self.disconnected()
            self.begin(network, bssid)

    def _lost(self):
        network = self.network
        self.log.warning("lost", network["ssid"])
        self.show("error", "%s: lost" % network["ssid"])
        self.disconnected()
        # All devices of a house lose it together: they should not come back together.
        self.wait(getrandbits(9), lambda: self.begin(network))

    def disconnected(self):
        """Show that there is no link."""
        self.network = None
        self.show("connected", False)
        for id in ("ssid", "ip", "gateway", "rssi"):
            self.show(id, None)
        self.show("state", "connecting")

    def rssi(self):
        """The signal in dBm, or None: not joined, or the port can't tell."""
        try:
            rssi = self.radio.status("rssi")
        except (OSError, ValueError, TypeError):
            return None
        return rssi if rssi < 0 else None  # ESP8266: 31 without a link

    def _show_rssi(self):
        rssi = self.rssi()
        shown = self.properties["rssi"].value
        if rssi is not None and (shown is None or abs(rssi - shown) >= _RSSI_STEP):
            self.show("rssi", rssi)

    def _show_address(self):
        found = self.radio.ifconfig()
        self.show("ip", found[0])
        self.show("gateway", found[2])

    def show(self, id, value):
        """Set a property, unless it has the value already."""
        property = self.properties[id]
        if property.value != value:
            property.value = value

    def do(self, command, value=None):
        """Carry out `scan`, `restart`, `add`, `join` or `forget`, whatever is allowed from outside.

        Refused: it can't be. value: what README.md says of the command. The network is left half a second later,
        so that an answer still goes out.

            kernel.modules["wlan"].do("add", {"ssid": "Home", "password": "let-me-in"})
        """
        from .commands import do

        do(self, command, value)

    def command(self, property, value):
        """Take a command from outside."""
        self.do(property.id, value)

    def on_order(self, topic, value):
        """Take a command from another module of the device, on `$wlan/<command>`."""
        from modcore import Refused

        try:
            self.do(topic.rsplit("/", 1)[1], value)
        except Refused as error:
            self.log.warning("refused:", error)

    def on_guests(self, topic, count):
        """Note how many use the device's own access point."""
        self.guests = count or 0
