"""Rare work of the device API: the list of all there is, long commands, events, refusals."""

from modcore import Refused
from modcore.ticks import const
from plugins.http import HttpError, Response
from plugins.http.connection import dumps

RARE = True  # the list, long commands, refusals, what is not there

_JSON = "application/json"
_COMMANDS = const(12)  # in one turn of the kernel, as over MQTT


def find(api, request, names):
    """The answer to a request below /api that api.py leaves to this; None: there is nothing of that name."""
    if names[-1] == "":
        names.pop()
    method = request.method
    reads = method in ("GET", "HEAD")
    if len(names) == 2:
        return _index(api) if reads else None
    if names[2:] == ["events"]:
        if not reads:
            return None
        from .subscribing import events

        return events(api, request)
    property = _property(api.kernel, names)
    if property and method == "PUT":
        if api.kernel.bus.waiting():
            _count(api)
        return _command(property, request)
    if not reads:
        return None
    if property:
        return Response(dumps(property.value).encode(), 200, None, _JSON)
    value = _retained(api.kernel, names)
    return None if value is None else Response(dumps(value).encode(), 200, None, _JSON)


def methods(api, request):
    """The methods for a path below /api."""
    names = request.path.rstrip("/").split("/")
    if names[1:2] != ["api"]:
        return ()
    if len(names) == 2 or names[2:] == ["events"]:
        return ("GET",)
    property = _property(api.kernel, names)
    if property:
        return ("GET", "PUT") if property.set else ("GET",)
    if _retained(api.kernel, names) is not None:
        return ("GET",)
    raise HttpError(404, {"error": "no property %s" % "/".join(names[2:])})


def _index(api):
    from .index import Index

    response = Response(b"", 200, [("Cache-Control", "no-store")], _JSON)
    response.body = Index(api.kernel)
    return response


def _property(kernel, names):
    """The property that a path names, or None. HttpError 503: its module does not run."""
    module = kernel.modules.get(names[2])
    if module is None:
        return None
    if module.state != "RUNNING":
        text = {"error": "module %s is %s" % (module.id, module.state)}
        raise HttpError(503, text, [("Retry-After", "2")])
    return module.properties.get(names[3]) if len(names) == 4 else None


def _retained(kernel, names):
    """The retained value of the topic that a path names: what MQTT and the events show is here, too."""
    topic = "/".join(names[2:])
    return kernel.bus.get(topic) if topic[0] != "$" else None


def _count(api):
    # What many commands of one turn cause would fill the bus, and fail the modules that answer to it.
    head, count = api.turn
    count = count + 1 if head == api.kernel.bus._head else 1
    api.turn = api.kernel.bus._head, count
    if count > _COMMANDS:
        raise HttpError(503, {"error": "too many commands at once"}, [("Retry-After", "1")])


def _command(property, request):
    if not property.set:
        text = {"error": property.topic + " is read-only", "property": property.topic}
        raise HttpError(405, text, [("Allow", "GET, HEAD, OPTIONS")])
    try:
        # A button is pressed by any command; most clients send none for it.
        property.command(None if property.kind == "button" and not request.body else request.json)
    except ValueError as error:
        return refused(property, error)
    except HttpError as error:
        if error.status != 400:
            raise
        return refused(property, error)
    try:
        return Response(dumps(property.value).encode(), 200, None, _JSON)
    except MemoryError:  # it is done: it must not be asked for once more
        raise HttpError(503, "", [("Retry-After", "2")])


def refused(property, error):
    """The answer to a command that is not taken: 400 and why, or 503 while too many events wait."""
    text = str(error)
    if getattr(error, "busy", False):
        return Response({"error": text, "property": property.topic}, 503, [("Retry-After", "1")])
    if not isinstance(error, Refused):  # no JSON
        text = property.topic + " takes a JSON value"
    elif not text.startswith(property.topic):
        text = "%s: %s" % (property.topic, text)
    return Response({"error": text, "property": property.topic}, 400)
