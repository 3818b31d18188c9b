"""Softap: the module that opens the access point when the device has no network, and closes it again."""

from modcore import Module

_RETRY_S = 30  # after the radio refused to open
# States of wlan in which waiting for the network would help nobody.
_HOPELESS = ("unconfigured", "wrong password")


class Softap(Module):
    """The access point. Mode `auto`: open while there is no network; `on`: always; `off`: never.

    config: `ssid` (`$id$` and `$name$` stand for the board's number and the device's name), `password` (in
    secrets.json; empty: open to all), `channel`, `address`, `mode`, `after_s` (so long without a network),
    `linger_s` (open so long beside one), `portal` (whether it leads to the setup page), `dns_port`.
    """

    defaults = {
        "mode": "auto",
        "ssid": "modcore-$id$",
        "password": "",
        "channel": 6,
        "address": "192.168.4.1",
        "after_s": 30,
        "linger_s": 10,
        "portal": True,
        "dns_port": 53,
    }
    access = None  # the Access, while it is open
    connected = False  # to another network
    has_radio = False
    timer = None

    def configure(self):
        """Work out the name. ValueError: mode, name or password can't be."""
        from .setup import ssid

        self.ssid = ssid(self)

    def start(self):
        """Wait for what wlan says, or open at once."""
        from .setup import start

        self.connected = False
        start(self)

    def stop(self):
        """Close it."""
        self.close()

    def decide(self):
        """Begin to wait for what the mode wants now."""
        mode = self.config["mode"]
        if not self.has_radio:
            return
        if mode == "on":
            self.open()
        elif mode == "off":
            self.close()
        elif self.connected:
            self._later(self.config["linger_s"], self.close)
        elif not self.access:
            self._later(self.config["after_s"], self.open)

    def on_connected(self, topic, connected):
        """wlan has joined, or lost, a network."""
        if bool(connected) != self.connected:
            self.connected = bool(connected)
            if self.config["mode"] == "auto":
                self.decide()

    def on_state(self, topic, state):
        """wlan says how it stands."""
        if state in _HOPELESS and self.has_radio and self.config["mode"] == "auto":
            self.open()

    def on_mode(self, property, mode):
        """The command to take another mode."""
        from .setup import set_mode

        set_mode(self, property, mode)

    def _later(self, seconds, handler):
        if self.timer:
            self.timer.cancel()
        self.timer = handler and self.after(int(seconds * 1000), handler)

    def open(self):
        """Open it, unless it is open."""
        self._later(0, None)
        if not self.access:
            from .access import Access

            try:
                self.access = Access(self)
            except (OSError, ValueError) as error:
                self.log.error("can't open the access point:", error)
                self._later(_RETRY_S, self.open)

    def close(self):
        """Close it, unless it is closed."""
        self._later(0, None)
        access, self.access = self.access, None
        if access:
            access.close()
