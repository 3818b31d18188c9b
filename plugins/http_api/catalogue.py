"""What the device API does now and then: the list of all there is, long commands, events, refusals."""

from modcore import Refused
from plugins.http import HttpError, Response
from plugins.http.json_text import dumps

RARE = True  # the list, long commands, refusals, what is not there

_JSON = "application/json"


def find(api, request, names):
    """The answer to a request below /api that api.py leaves to this; None: there is nothing of that name."""
    if names[-1] == "":
        names.pop()
    method = request.method
    reads = method in ("GET", "HEAD")
    if len(names) == 2 and reads:
        from .index import Index

        response = Response(b"", 200, [("Cache-Control", "no-store")], _JSON)
        response.body = Index(api.kernel)
        return response
    if len(names) == 3 and names[2] == "events" and reads:
        from .events import events

        return events(api.kernel.bus, request, api.owner)
    if len(names) == 4:
        property = _property(api.kernel, names, request)
        if method == "PUT":
            if not property.set:
                text = {"error": property.topic + " is read-only", "property": property.topic}
                raise HttpError(405, text, [("Allow", "GET, HEAD, OPTIONS")])
            return _command(property, request)
        if reads:
            return Response(dumps(property.value).encode(), 200, None, _JSON)
    return None


def methods(api, request):
    """The methods for a path below /api."""
    names = request.path.rstrip("/").split("/")
    if names[1:2] != ["api"]:
        return ()
    if len(names) == 2 or names[2:] == ["events"]:
        return ("GET",)
    if len(names) == 4:
        return ("GET", "PUT") if _property(api.kernel, names, request).set else ("GET",)
    return ()


def _property(kernel, names, request):
    module = kernel.modules.get(names[2])
    if module is None:
        raise HttpError(404, {"error": "no module " + names[2]})
    if module.state != "RUNNING":
        text = {"error": "module %s is %s" % (module.id, module.state)}
        raise HttpError(503, text, [("Retry-After", str(request.site.retry_s))])
    property = module.properties.get(names[3])
    if property is None:
        raise HttpError(404, {"error": "no property %s/%s" % (names[2], names[3])})
    return property


def _command(property, request):
    try:
        property.command(request.json)
    except ValueError as error:
        return refused(property, error)
    except HttpError as error:
        if error.status != 400:
            raise
        return refused(property, error)
    return Response(dumps(property.value).encode(), 200, None, _JSON)


def refused(property, error):
    """The answer to a command that is not taken: 400 and why."""
    text = str(error)
    if not isinstance(error, Refused):  # no JSON
        text = property.topic + " takes a JSON value"
    elif not text.startswith(property.topic):
        text = "%s: %s" % (property.topic, text)
    return Response({"error": text, "property": property.topic}, 400)
