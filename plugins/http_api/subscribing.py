"""Opening an event stream: `GET /api/events?filter=valves/+`."""

from modcore.ticks import const
from modcore.topics import check
from plugins.http import HttpError, Response

RARE = True  # when a stream begins

_SURE = const(8)  # connections among which a stream is opened however short memory is
_FILTERS = const(8)
_FILTER_CHARS = const(255)


def events(api, request):
    """The answer that streams what the bus has for the filters in the query. HttpError 400: a bad filter."""
    from plugins.http.origin import check_origin
    from plugins.http.room import leave

    from .events import Subscriber
    from .recent import Recent

    check_origin(request)
    if len(request.site.open_connections) > _SURE:
        leave()
    filters = []
    for value in request.values("filter"):
        if value not in filters:
            filters.append(_checked(value))
    if len(filters) > _FILTERS:
        _refuse("takes up to %d filters" % _FILTERS)
    bus = api.kernel.bus
    if api.recent is None:
        api.recent = Recent(bus, api.owner)
    headers = (("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"))
    response = Response(b"", 200, headers, "text/event-stream")
    last_id = request.header("last-event-id")
    response.takeover = Subscriber(bus, filters or ["#"], api.owner, api.recent, last_id)
    if not request.minor:
        response.takeover.chunked = False
    return response


def _checked(filter):
    try:
        check(filter, True)
    except ValueError as error:
        _refuse(str(error))
    if len(filter) > _FILTER_CHARS:
        _refuse("filter: takes up to %d characters" % _FILTER_CHARS)
    if filter[0] == "$":
        _refuse("filter %s: what begins with $ stays on the device" % filter)
    return filter


def _refuse(text):
    raise HttpError(400, {"error": text})
