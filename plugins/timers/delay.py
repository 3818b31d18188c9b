"""A delay of the configuration."""


class Entry:
    """`{"delay": "2 min", "start": "gpio/motion", "fire": …}`: that long after each true value of the topic.

    Without `start` it begins with the module. A value that comes while it waits begins the time anew; a false one
    (or none) does nothing, unless `"cancel": true`: then it ends the waiting.
    """

    def __init__(self, timers, id, section):
        from .duration import check, milliseconds

        check(section, "delay start cancel fire name")
        self._timers = timers
        self._ms = milliseconds(section.get("delay"))
        self._cancel = section.get("cancel", False) is True
        self._said, self._events = timers.events(id, section)
        self._timer = None
        if section.get("start"):
            timers.listen(section["start"], self._on_start)
        else:
            self._begin()

    def _on_start(self, topic, value):
        if value or self._cancel:
            if self._timer:
                self._timer.cancel()
                self._timer = None
        if value:
            self._begin()

    def _begin(self):
        self._timer = self._timers.after(self._ms, self._fire)

    def _fire(self):
        self._timer = None
        self._said.fire(True)
        self._events.fire(True)
