"""An interval of the configuration."""


class Entry:
    """`{"every": "5 s", "fire": ["lamp/toggle"]}`; with `"at_start": true` also at once."""

    def __init__(self, timers, id, section):
        from .duration import check, milliseconds

        check(section, "every fire active at_start name")
        self._timers = timers
        self._ms = milliseconds(section.get("every"))
        self._at_start = section.get("at_start", False) is True
        self._said, self._events = timers.events(id, section)
        self._timer = None
        if timers.switch(id, section, self.set, "Every %s" % section["every"]).value:
            self.set(True)

    def set(self, on):
        """Run or pause."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if on:
            self._timer = self._timers.every(self._ms, self._fire)
            if self._at_start:
                self._fire()

    def _fire(self):
        self._said.fire(True)
        self._events.fire(True)
