"""Control: buttons and selects that act on the device itself; each only when `allow` names it."""

import gc

from modcore import Module
from modcore.timer import ANSWER_MS

_LEVELS = ["debug", "info", "warning", "error", "critical"]
_HARMLESS = ["gc", "memory"]
_BUTTONS = ("restart", "reset", "gc", "memory", "exit", "break")


class Control(Module):
    """The commands `control/<name>/set` of the names in `allow`, and `control/<pin>/set` of the pins named.

    restart: stop and start all modules. reset: the board. exit: end `run()`, in order. break: like Ctrl-C.
    gc, memory: publish `control/heap`. log_level. A pin takes on, off, toggle.
    """

    defaults = {"allow": _HARMLESS, "pins": {}}

    def start(self):
        """Declare what is allowed. ValueError: a name that there is not."""
        for name in self.config["allow"]:
            if name == "log_level":
                self.property(name, kind="select", options=_LEVELS, set=self._set_level, name="Log level")
                self._show_level()
                self.listen("$levels", self._show_level)  # somebody else may set it, too
            elif name in _BUTTONS:
                self.property(name, kind="button", set=self._press)
            else:
                raise ValueError("control: allow: %r; have %s, log_level" % (name, ", ".join(_BUTTONS)))
        pins = self.config["pins"]
        for id in sorted(pins):
            self._pin(id, pins[id])
        # Other modules on the device may ask for a reset, whatever is allowed from outside.
        self.listen("$control/reset", self._on_reset)

    def _pin(self, id, number):
        from machine import Pin

        try:
            pin = Pin(number, Pin.OUT)
        except (ValueError, TypeError) as error:
            raise ValueError("%s: pins: %s: pin %r: %s" % (self.id, id, number, error))
        self.property(
            id,
            kind="select",
            options=["on", "off", "toggle"],
            value="on" if pin.value() else "off",
            set=lambda property, word: self._switch(property, pin, word),
        )

    def _switch(self, property, pin, word):
        on = not pin.value() if word == "toggle" else word == "on"
        pin.value(1 if on else 0)
        property.value = "on" if on else "off"

    def _press(self, property, value):
        name = property.id
        if name in ("gc", "memory"):
            self._memory(name == "gc")
            return
        self.log.warning("command:", name)
        # From a timer: the handler that runs now belongs to a module that is to be stopped.
        self.after(ANSWER_MS, getattr(self, "_do_" + name))

    def _memory(self, collect):
        if collect:
            gc.collect()
        if hasattr(gc, "mem_free"):
            status = {"free": gc.mem_free(), "used": gc.mem_alloc()}
        else:  # CPython knows no such thing
            status = {"objects": len(gc.get_objects())}
        self.log.debug("memory:", status)  # not at info: anybody could fill a log in flash with it
        self.publish(self.id + "/heap", status)

    def _set_level(self, property, level):
        from modcore.saver import save_soon

        if property.value != level:
            self.kernel.set_log_level(level)
            self._show_level()
            save_soon(self.kernel, property.topic)

    def _show_level(self, *_):
        level = self.kernel.config.get("log", {}).get("level", "info")
        if self.properties["log_level"].value != level:
            self.properties["log_level"].value = level

    def _on_reset(self, topic, reason):
        self.after(ANSWER_MS, self._do_reset, reason or "command")

    def _do_restart(self):
        self.kernel.reconfigure()

    def _do_reset(self, reason="command"):
        from .restart import reset

        try:
            reset(self.kernel, reason)
        except ImportError:
            self.log.error("nothing here can be reset")

    def _do_exit(self):
        self.kernel.stop()

    def _do_break(self):
        raise KeyboardInterrupt
