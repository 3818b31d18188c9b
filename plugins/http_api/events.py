"""Server-sent events: the bus as a stream. WHATWG HTML section 9.2."""

from modcore.ticks import const
from plugins.http import Signal
from plugins.http.connection import dumps

_COMMENT_MS = const(15000)
_RETRY_MS = const(3000)  # after so long a browser connects again
# Events without a retained value that wait for a slow client.
_BACKLOG = const(16)
_MISSING = object()


class Subscriber(Signal):
    """Events that wait to be sent to one client: retained topics by name only, others with their values.

    bus: the kernel's; filters: of the topics; owner: the module that the subscriptions belong to.
    recent: the events of late (Recent), from which a client gets what it missed; last_id: the last that it had.
    """

    reads = True
    timeout_ms = _COMMENT_MS
    chunked = True  # False: for HTTP/1.0

    def __init__(self, bus, filters, owner, recent=None, last_id=None):
        self._bus = bus
        self._filters = filters
        self._owner = owner
        self._recent = recent
        self._last_id = last_id
        self.waiting = []  # a topic whose retained value is to be sent, or (number, topic, value)
        self.lost = 0
        self._events = 0  # those of `waiting` that are not retained topics

    def steps(self, conn):
        """Send what comes until the client hangs up: how the stream owns its connection."""
        write_ms = conn.site.write_ms
        try:
            text = self._begin()
            while True:
                if text:
                    conn.wait(write_ms)
                    data = text.encode()
                    yield b"%x\r\n%s\r\n" % (len(data), data) if self.chunked else data
                    text = self.next()
                else:
                    conn.wait(_COMMENT_MS)
                    got = yield self
                    if got == b"":
                        return
                    text = self.next() if got is True else ":\n\n" if got is False else None
        finally:
            try:
                self._end()
            except MemoryError:
                conn.site.relieve()
                self._end()

    def _begin(self):
        """Subscribe; returns the first piece of the stream."""
        for filter in self._filters:
            self._bus.subscribe(filter, self.on_event, self._owner, local=True)
        text = "retry: %d\n" % _RETRY_MS
        recent = self._recent
        if recent:
            text += "id: %s\n" % recent.id(recent.count)
            if self._last_id:
                from modcore.topics import matches

                events, self.lost = recent.since(self._last_id)
                for event in events:
                    if any([matches(filter, event[1]) for filter in self._filters]):
                        self._events += 1
                        self.waiting.append(event)
        return text + ":\n\n"

    def _end(self):
        for filter in self._filters:
            self._bus.unsubscribe(filter, self.on_event)

    def on_event(self, topic, value):
        """Take an event; a retained value that waits already is not queued twice."""
        if topic[0] == "$":
            return
        if self._bus.get(topic, _MISSING) is _MISSING and value is not None:
            if self._events >= _BACKLOG:
                self.lost = (self.lost or 0) + 1
            else:
                self._events += 1
                self.waiting.append((self._recent.count if self._recent else 0, topic, value))
        elif topic not in self.waiting:
            self.waiting.append(topic)
        self.set()

    def next(self):
        """The next piece of the stream as text, or None."""
        if self.lost != 0 and (self.lost is None or not self.waiting):
            lost = self.lost
            self.lost = 0
            return _event("$lost", lost)
        if not self.waiting:
            return None
        entry = self.waiting.pop(0)
        if isinstance(entry, str):
            return _event(entry, self._bus.get(entry))
        self._events -= 1
        number, topic, value = entry
        text = _event(topic, value)
        return "id: %s\n%s" % (self._recent.id(number), text) if self._recent else text


def _event(topic, value):
    try:
        text = dumps(value)
    except (TypeError, ValueError):
        text = dumps(str(value))
    return "event: " + topic + "\ndata: " + text + "\n\n"
