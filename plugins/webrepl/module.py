"""Webrepl: starts and stops MicroPython's WebREPL; the password stands in secrets.json."""

from modcore import Module
from modcore.property import Refused
from modcore.timer import ANSWER_MS

_AGAIN_MS = 10000
COMMANDS = ("on", "password")


class Webrepl(Module):
    """Tells on `webrepl/on` whether it listens. Without a password it stays off: the prompt is the whole device.

    config: `on`, `port`, `password` (4 to 9 characters, in secrets.json), `allow` (commands that come from outside).
    """

    defaults = {"on": True, "port": 8266, "password": "", "allow": []}

    def configure(self):
        """Look at `allow`. ValueError: it names something that is not a command."""
        for name in self.config["allow"]:
            if name not in COMMANDS:
                raise ValueError("webrepl: allow: %r; have %s" % (name, ", ".join(COMMANDS)))

    def start(self):
        """Listen, if the configuration says so."""
        self._running = False
        self._wanted = self.config["on"]
        allow = self.config["allow"]
        if "on" in allow:
            self.property("on", kind="switch", value=False, set=self.command, name="WebREPL")
        else:
            self.property("on", kind="binary_sensor", value=False, name="WebREPL")
        if "password" in allow:
            self.property(
                "password", kind="text", set=self.command, secret=True, max=9, name="Password of the WebREPL"
            )
        # Other modules on the device may ask for both, whatever is allowed from outside.
        self.listen("$%s/+" % self.id, self._on_order, True)
        if self._wanted:
            try:
                self._open()
            except Refused as error:
                self.log.error(error)

    def stop(self):
        """Listen no longer."""
        self._close()

    def do(self, command, value=None):
        """Carry out `on` (true or false) or `password`, whatever is allowed from outside. Refused: it can't be.

        What ends a session of the WebREPL comes half a second later, so that an answer still goes out over it.

            kernel.modules["webrepl"].do("password", "12345678")
        """
        if command == "on":
            self._switch(bool(value))
        elif command == "password":
            self._set_password(value)
        else:
            raise Refused("%s/%s: no such command" % (self.id, command))

    def command(self, property, value):
        """Take a command from outside."""
        self.do(property.id, value)

    def _on_order(self, topic, value):
        try:
            self.do(topic.rsplit("/", 1)[1], value)
        except Refused as error:
            self.log.warning("refused:", error)

    def _switch(self, on):
        self._wanted = on
        if on:
            self._open()
        else:
            self.after(ANSWER_MS, self._close_unless_wanted)

    def _set_password(self, password):
        from modcore.saver import not_saved
        from modcore.secrets import keep_secret

        if not isinstance(password, str) or password and not 4 <= len(password) <= 9:
            raise Refused(self.id + "/password takes 4 to 9 characters, or none, to take it away")
        self.config["password"] = password
        self.after(ANSWER_MS, self._restart)
        try:
            keep_secret(self.kernel, self.id, "password", password or None)
        except OSError as error:
            raise not_saved(self.id + "/password", error)

    def _restart(self):
        """Listen with the password that holds now; without one not at all."""
        self._close()
        if self._wanted and self.config["password"]:
            self._open()

    def _open(self):
        password = self.config["password"] or ""
        if not 4 <= len(password) <= 9:
            raise Refused(self.id + "/on: password takes 4 to 9 characters, in secrets.json")
        if self._running or not self._wanted:
            return
        try:
            import webrepl
        except ImportError:
            raise Refused(self.id + "/on: this firmware has no WebREPL")
        try:
            import network  # noqa: F401  (an ESP32 has sockets only after this)
        except ImportError:
            pass
        try:
            webrepl.start(port=self.config["port"], password=password)
        except OSError as error:
            self.log.warning("not yet:", error)
            self.after(_AGAIN_MS, self._open)
            return
        self._running = True
        self.properties["on"].value = True

    def _close_unless_wanted(self):
        if not self._wanted:
            self._close()

    def _close(self):
        if self._running:
            import webrepl

            webrepl.stop()
            self._running = False
            self.properties["on"].value = False
