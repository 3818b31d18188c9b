"""Softap: the module that opens the access point when the device has no network, and closes it again."""

from modcore import Module

_RETRY_S = 30  # after the radio refused to open
# States of wlan in which waiting for the network would help nobody.
_HOPELESS = ("unconfigured", "wrong password")
COMMANDS = ("mode", "password")


class Softap(Module):
    """The access point. Mode `auto`: open while there is no network; `on`: always; `off`: never.

    config: `ssid` (`$id$` and `$name$` stand for the board's number and the device's name), `password` (in
    secrets.json; an empty one, or none on a device that never had secrets: open to all), `channel`, `address`,
    `mode`, `after_s` (so long without a network), `linger_s` (open so long beside one), `portal` (whether it leads
    to the setup page), `dns_port`, `allow` (commands that come from outside).
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
        "allow": [],
    }
    access = None  # the Access, while it is open
    locked = None  # why it must not open: the password that it should have is not there
    connected = False  # to another network
    has_radio = False
    timer = None

    def configure(self):
        """Work out the name. ValueError: mode, name, password or `allow` can't be."""
        from .setup import check, lock, ssid

        check(self.config, COMMANDS)
        self.ssid = ssid(self)
        self.locked = lock(self)

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
        """Note that wlan has joined, or lost, a network."""
        if bool(connected) != self.connected:
            self.connected = bool(connected)
            if self.config["mode"] == "auto":
                self.decide()

    def on_state(self, topic, state):
        """Note how wlan stands."""
        if state in _HOPELESS and self.has_radio and self.config["mode"] == "auto":
            self.open()

    def do(self, command, value=None):
        """Carry out `mode` or `password`, whatever is allowed from outside. Refused: it can't be.

        Half a second later, so that an answer still goes out over the access point.

            kernel.modules["softap"].do("password", "let-me-in")
        """
        from .commands import do

        do(self, command, value)

    def command(self, property, value):
        """Take a command from outside."""
        self.do(property.id, value)

    def on_order(self, topic, value):
        """Take a command from another module of the device, on `$softap/<command>`."""
        from modcore import Refused

        try:
            self.do(topic.rsplit("/", 1)[1], value)
        except Refused as error:
            self.log.warning("refused:", error)

    def _later(self, seconds, handler):
        if self.timer:
            self.timer.cancel()
        self.timer = handler and self.after(int(seconds * 1000), handler)

    def open(self):
        """Open it, unless it is open, or must not be."""
        self._later(0, None)
        if self.access:
            return
        error = self.locked
        if not error:
            from .access import Access

            try:
                self.access = Access(self)
            except (OSError, ValueError) as trouble:
                error = "can't open the access point: %s" % trouble
                self._later(_RETRY_S, self.open)
        shown = self.properties["error"]
        if error and shown.value != error:
            self.log.error(error)
        if shown.value != error:
            shown.value = error

    def close(self):
        """Close it, unless it is closed."""
        self._later(0, None)
        access, self.access = self.access, None
        if access:
            access.close()

    def reopen(self):
        """Close it and open it again, if it is open: with another name or password."""
        if self.access:
            self.close()
            self.open()
