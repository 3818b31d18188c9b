"""Alarms: those of the configuration, and those of programs."""

from .alarm import Alarm

_FOREVER_MS = 1 << 40


class Entry(Alarm):
    """`{"time": "06:30", "days": "mon-fri", "utc": false, "fire": [["valves/0/set", true]]}`."""

    def __init__(self, timers, id, section):
        from .duration import check, time_of_day, weekdays

        check(section, "time days utc fire active name")
        second = time_of_day(section.get("time"))
        Alarm.__init__(self, second, weekdays(section.get("days", "")), section.get("utc", False) is True)
        self.id = id
        self._timers = timers
        self._said, self._events = timers.events(id, section)
        what = "%s %s" % (section["time"], section.get("days", ""))
        if timers.switch(id, section, self.set, what).value:
            timers.clock().add(self)
        else:
            timers.clock()

    def set(self, on):
        """Arm or disarm; what comes while it is off is over."""
        self._timers.clock().drop(self)
        if on:
            self._timers.clock().renew(self)

    def owner_lives(self):
        """Always: the clock ends with the module."""
        return True

    def goes_off(self, moment):
        """Fire the events; the topic of its own carries the time for which it was set."""
        import time

        local = moment if self.utc else moment + self._timers.clock().zone().offset(moment)
        self._said.fire("%04d-%02d-%02d %02d:%02d:%02d" % tuple(time.gmtime(local)[:6]))
        self._events.fire(True)


class Call(Alarm):
    """An alarm as `Timers.alarm` returns it."""

    def __init__(self, timers, owner, time, handler, days, utc, id):
        from .duration import time_of_day, weekdays

        Alarm.__init__(self, time_of_day(time), weekdays(days), utc)
        self.id = id
        self._timers = timers
        self._owner = owner
        self._handler = handler
        # The kernel cancels the timers of a module that ends: this one tells whether it has.
        self._token = owner.every(_FOREVER_MS, _nothing)

    def owner_lives(self):
        """Tell whether its module has run on all the while."""
        return self._token.handler is not None

    def cancel(self):
        """The handler will not be called any more."""
        self._token.cancel()
        self._timers.clock().drop(self)

    def goes_off(self, moment):
        """Call the handler; its exception is a failure of its own module."""
        try:
            self._handler(self)
        except Exception as error:
            self._timers.kernel.fault(self._owner, error)


def _nothing():
    pass
