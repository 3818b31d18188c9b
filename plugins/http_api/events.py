"""Server-sent events: the bus as a stream. WHATWG HTML section 9.2."""

from modcore.topics import check
from plugins.http import HttpError, Response, Signal
from plugins.http.json_text import dumps

_COMMENT_MS = 15000
# Events without a retained value that wait for a slow client.
_BACKLOG = 16
_FILTERS = 8
_FILTER_CHARS = 255
_MISSING = object()


class Subscriber(Signal):
    """What waits to be sent to one client: retained topics by name only, others with their values."""

    reads = True
    timeout_ms = _COMMENT_MS
    chunked = True  # False: for HTTP/1.0

    def __init__(self, bus, filters, owner):
        self._bus = bus
        self._filters = filters
        self._owner = owner
        self.waiting = []  # a topic whose retained value is to be sent, or (topic, value)
        self.lost = 0
        self._events = 0  # those of `waiting` that are no retained topics

    def steps(self, conn):
        """Send what comes until the client hangs up: how the stream owns its connection."""
        write_ms = conn.site.write_ms
        try:
            for filter in self._filters:
                self._bus.subscribe(filter, self.on_event, self._owner, local=True)
            text = ":\n\n"
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
            for filter in self._filters:
                self._bus.unsubscribe(filter, self.on_event)

    def on_event(self, topic, value):
        """Take an event; a retained value that waits already is not queued twice."""
        if topic[0] == "$":
            return
        if self._bus.get(topic, _MISSING) is _MISSING and value is not None:
            if self._events >= _BACKLOG:
                self.lost += 1
            else:
                self._events += 1
                self.waiting.append((topic, value))
        elif topic not in self.waiting:
            self.waiting.append(topic)
        self.set()

    def next(self):
        """The next piece of the stream as text, or None."""
        if self.waiting:
            entry = self.waiting.pop(0)
            if isinstance(entry, tuple):
                self._events -= 1
                topic, value = entry
            else:
                topic = entry
                value = self._bus.get(topic)
            return _event(topic, value)
        if self.lost:
            lost = self.lost
            self.lost = 0
            return _event("$lost", lost)
        return None


def _event(topic, value):
    try:
        text = dumps(value)
    except (TypeError, ValueError):
        text = dumps(str(value))
    topic = topic.replace("\r", " ").replace("\n", " ")
    return "event: " + topic + "\ndata: " + text + "\n\n"


def events(bus, request, owner=None):
    """The answer that streams what `bus` has for the filters in the query. HttpError 400: a bad filter."""
    filters = []
    for name, value in request.pairs():
        if name == "filter" and value not in filters:
            try:
                check(value, True)
            except ValueError as error:
                raise HttpError(400, {"error": str(error)})
            if len(value) > _FILTER_CHARS:
                raise HttpError(400, {"error": "filter: takes up to %d characters" % _FILTER_CHARS})
            if value[0] == "$":
                raise HttpError(400, {"error": "filter %s: what begins with $ stays on the device" % value})
            filters.append(value)
    if len(filters) > _FILTERS:
        raise HttpError(400, {"error": "takes up to %d filters" % _FILTERS})
    headers = (("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"))
    response = Response(b"", 200, headers, "text/event-stream")
    response.takeover = Subscriber(bus, filters or ["#"], owner)
    if not request.minor:
        response.takeover.chunked = False
    return response
