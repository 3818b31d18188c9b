"""Wlan: the module that keeps the station connected."""

from random import getrandbits

from modcore import Module

from .search import Search

_RSSI_STEP = 3  # dB; less is noise


class Wlan(Module):
    """The station: strongest known network in reach first, back-off with jitter, state as properties.

    config: `networks` (names, or {"ssid", "hidden", "ifconfig": [address, mask, gateway, dns]}), `country`,
    `hostname` (empty: the device's name), `timeout_s` for one attempt, `retry_s` and `retry_max_s` between
    rounds, `poll_ms`, `check_s`, `rssi_s`. `passwords`, {ssid: password}, stand in secrets.json.
    """

    defaults = {
        "networks": [],
        "passwords": {},
        "country": "",
        "hostname": "",
        "timeout_s": 20,
        "retry_s": 2,
        "retry_max_s": 300,
        "poll_ms": 250,
        "check_s": 1,
        "rssi_s": 30,
    }
    hostname = None  # as others can type it
    radio = None  # the station's WLAN
    network = None  # the known network that it has joined
    search = None  # while it has not joined one
    timer = None
    guests = 0  # of the device's own access point
    troubled = False  # `$error/wlan` tells of an entry

    def configure(self):
        """Read the known networks; an entry that is none is named in the log and on `$error/wlan`."""
        from .networks import read_networks

        read_networks(self)

    def start(self):
        """Switch the radio on and begin."""
        from .setup import start

        start(self)

    def stop(self):
        """Leave the link as it is: the REPL may come over it, and a module that starts again takes it up."""
        self.network = self.search = self.timer = None
        self.publish(self.id + "/networks", None, True)
        self.publish(self.id + "/known", None, True)

    def begin(self, first=None):
        """Look for a network, from the beginning; first: the one to be tried without a scan."""
        self.network = None
        self.wait(0, None)
        self.search = Search(self, first)
        self.search.round()

    def wait(self, ms, handler, every=False):
        """Have the module's one timer call `handler` in, or with `every` each, `ms`; None: it is not needed."""
        if self.timer:
            self.timer.cancel()
        self.timer = handler and (self.every if every else self.after)(int(ms) or 1, handler)

    def joined(self, network):
        """There is a link and an address."""
        self.network = network
        self.search = None
        self.show("error", None)
        self.show("ssid", network["ssid"])
        self.show("ip", self.radio.ifconfig()[0])
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
            self.show("ip", self.radio.ifconfig()[0])  # a new lease may bring another

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
        for id in ("ssid", "ip", "rssi"):
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

    def show(self, id, value):
        """Set a property, unless it has the value already."""
        property = self.properties[id]
        if property.value != value:
            property.value = value

    def command(self, property, value):
        """One of the commands has come. Refused: it is not taken."""
        from .commands import run

        run(self, property.id, value)

    def on_guests(self, topic, count):
        """Note how many use the device's own access point."""
        self.guests = count or 0
