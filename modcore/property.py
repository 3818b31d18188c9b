"""Property: one value of a module, with a topic, a kind and, where it can be set, a command topic."""


class Refused(ValueError):
    """A command whose value the property does not take; its text says why."""


class Property:
    """What `Module.property` returns. Assigning `value` publishes it, retained.

    Has `module id kind topic meta set value`; further attributes are the module's to add.
    Made by declare.py.
    """

    _value = None

    @property
    def value(self):
        """The value; None when it is not known."""
        return self._value

    @value.setter
    def value(self, value):
        if isinstance(value, float) and value - value != 0:
            value = None  # NaN and infinity have no place in JSON
        self._value = value
        if self.module.properties.get(self.id) is self:  # else the module has stopped
            self.module.kernel.bus.publish(self.topic, value, True, self.module)

    def command(self, value):
        """Check `value` against the kind and hand it to the module. Refused: it is not taken, and why."""
        from .kinds import command

        command(self, value)

    def on_set(self, topic, value):
        """The handler of the command topic."""
        try:
            self.command(value)
        except Refused as error:
            self.module.log.warning("refused:", error)
