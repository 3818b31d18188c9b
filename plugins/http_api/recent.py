"""The events of late, for a browser whose stream broke: WHATWG HTML section 9.2.4, `Last-Event-ID`."""

import os
from binascii import hexlify

from modcore.ticks import const

_KEPT = const(16)
_MISSING = object()


class Recent:
    """The last events that left no retained value behind, numbered.

    bus: the kernel's. owner: the module that the subscription belongs to. count: the number of the last event.
    """

    def __init__(self, bus, owner):
        self.start = str(hexlify(os.urandom(4)), "ascii")  # numbers of another run mean nothing in this one
        self.count = 0
        self._bus = bus
        self._events = []  # (number, topic, value)
        bus.subscribe("#", self.on_event, owner, local=True)

    def on_event(self, topic, value):
        """Keep an event that a new subscriber would not get."""
        if value is not None and self._bus.get(topic, _MISSING) is _MISSING:
            self.count += 1
            self._events.append((self.count, topic, value))
            if len(self._events) > _KEPT:
                self._events.pop(0)

    def id(self, number):
        """The id of an event, for the client to send back."""
        return "%s-%d" % (self.start, number)

    def since(self, id):
        """(events after that `id`, a list of (number, topic, value); how many are kept no longer, None: not known)."""
        start, _, number = id.partition("-")
        if start != self.start or not number or number.strip("0123456789"):  # "²" is a digit, too
            return [], None
        number = int(number)
        events = [event for event in self._events if event[0] > number]
        return events, max(0, self.count - number - len(events))
