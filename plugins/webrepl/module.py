"""Webrepl: starts and stops MicroPython's WebREPL; the password stands in secrets.json."""

from modcore import Module
from modcore.property import Refused

_AGAIN_MS = 10000


class Webrepl(Module):
    """The switch `webrepl/on`. Without a password it stays off: the prompt is the whole device."""

    defaults = {"on": True, "port": 8266, "password": ""}

    def start(self):
        """Listen, if the configuration says so."""
        self._running = False
        self._wanted = self.config["on"]
        self.property("on", kind="switch", value=False, set=self._switch, name="WebREPL")
        if self._wanted:
            try:
                self._open()
            except Refused as error:
                self.log.error(error)

    def stop(self):
        """Listen no longer."""
        self._close()

    def _switch(self, property, on):
        self._wanted = on
        if on:
            self._open()
        else:
            self._close()

    def _open(self):
        password = self.config["password"]
        if not 4 <= len(password) <= 9:
            raise Refused(self.id + "/on: password takes 4 to 9 characters, in secrets.json")
        if self._running or not self._wanted:
            return
        try:
            import webrepl
        except ImportError:
            raise Refused(self.id + "/on: this firmware has no WebREPL")
        try:
            import network  # noqa: F401  (an ESP32 has sockets only behind this)
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

    def _close(self):
        if self._running:
            import webrepl

            webrepl.stop()
            self._running = False
            self.properties["on"].value = False
