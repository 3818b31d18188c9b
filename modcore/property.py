"""Property: one value of a module, with a topic, a kind and, where it can be set, a command topic."""

from .ticks import const

TYPE_CHECKING = const(0)  # for editors and type checkers
if TYPE_CHECKING:
    from typing import Any


class Refused(ValueError):
    """A value that a property does not take; its text says why."""


class Property:
    """A value of a module, made by `Module.property`. Assigning `value` publishes it, retained.

    Has `module id kind topic meta set value`; further attributes are the module's to add.
    """

    _value = None
    keep = False  # its value outlives a restart
    if TYPE_CHECKING:  # whatever a module keeps there, as in `valve.pin = Pin(4)`

        def __getattr__(self, name: str) -> "Any": ...

        def __setattr__(self, name: str, value: "Any"): ...

    def __init__(self, module, id, kind, set, meta):
        self.module = module
        self.id = id
        self.topic = module.id + "/" + id
        self.kind = kind
        self.set = set
        self.meta = meta

    @property
    def value(self) -> "Any":
        """The value; None when it is not known. Refused: one is assigned that the kind does not take."""
        return self._value

    @value.setter
    def value(self, value):
        if isinstance(value, float) and value - value != 0:
            value = None  # NaN and infinity have no place in JSON
        if value is not None:
            from .kinds import check

            value = check(self, value)
        self._value = value
        if self.module.properties.get(self.id) is self:  # else the module has stopped
            # An event happens: who comes later has missed it.
            self.module.kernel.bus.publish(self.topic, value, self.kind != "event", self.module)
            if self.keep:
                self.module.kernel._kept.note(self)

    def withdraw(self):
        """Take the property off the bus: its value, its description and its command."""
        from .supervision import withdraw

        withdraw(self)

    def command(self, value):
        """Check `value` against the kind and hand it to the module. Refused: it is not taken, and why."""
        from .refusals import obey

        obey(self, value)

    def on_set(self, topic, value):
        """Handle an event of the command topic: `command`, whose refusal goes to the log."""
        try:
            self.command(value)
        except Refused as error:
            self.module.log.warning("refused:", error)
