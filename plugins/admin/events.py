"""Events: what travels on the bus, with what begins with `$`, as a stream; and publishing by hand."""

from plugins.http import HttpError, Response
from plugins.http_api.events import Subscriber

_MOST = 4  # filters


class Witness(Subscriber):
    """Sends each event with its value of that moment, retained or not: who watches wants to see all of them."""

    def on_event(self, topic, value):
        """Take an event."""
        if len(self.waiting) >= 32:
            self.lost = (self.lost or 0) + 1
        else:
            self._events += 1
            self.waiting.append((0, topic, value if _is_json(value) else "<%s>" % type(value).__name__))
        self.set()


def answer(admin, request, names):
    """`/events?filter=…`: GET the stream, POST {"topic", "value", "retain"} publishes."""
    if names and names != [""]:
        raise HttpError(404, {"error": "no such page"})
    from .dispatch import body, refuse_method

    if request.method == "POST":
        return _publish(admin, body(request, "topic"))
    if request.method != "GET":
        return refuse_method("GET", "POST")
    from modcore.topics import check

    filters = []
    for value in request.values("filter"):
        if value not in filters:
            try:
                check(value, True)
            except ValueError as error:
                raise HttpError(400, {"error": str(error)})
            filters.append(value)
    if len(filters) > _MOST:
        raise HttpError(400, {"error": "takes up to %d filters" % _MOST})
    response = Response(
        b"", 200, [("Cache-Control", "no-store"), ("X-Accel-Buffering", "no")], "text/event-stream"
    )
    response.takeover = Witness(admin.kernel.bus, filters or ["#", "$SYS/#"][:1], admin)
    if not request.minor:
        response.takeover.chunked = False
    return response


def _publish(admin, given):
    from modcore.topics import check

    topic = given["topic"]
    try:
        check(topic, False)
    except (ValueError, TypeError) as error:
        raise HttpError(400, {"error": str(error)})
    if topic[:1] == "$":
        raise HttpError(403, {"error": "topics that begin with $ are the device's own"})
    # As if it came from outside: every module hears it.
    admin.kernel.bus.publish(topic, given.get("value"), given.get("retain") is True)
    return {"topic": topic}


def _is_json(value):
    return value is None or isinstance(value, (bool, int, float, str, list, dict, tuple))
