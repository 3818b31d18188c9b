"""What the device API does now and then: the list of all there is, long commands, events, refusals."""

from modcore import Refused
from modcore.bus import load

from . import HttpError
from .fields import pairs
from .response import Response, dumps

_JSON = "application/json"


def find(api, request, names):
    """The answer to a request below /api that api.py leaves to this; None: there is nothing of that name."""
    if names[-1] == "":
        names.pop()
    method = request.method
    reads = method in ("GET", "HEAD")
    if len(names) == 2 and reads:
        response = Response(b"", 200, [("Cache-Control", "no-store")], _JSON)
        response.body = Index(api.kernel)
        return response
    if len(names) == 3 and names[2] == "events" and reads:
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
        if error.args[0] != 400:
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


def events(bus, request, owner=None):
    """The answer that streams what `bus` has for the filters in the query. HttpError 400: a bad filter."""
    from .events import Subscriber

    filters = []
    for name, value in pairs(request.raw_query):
        if name == "filter" and value not in filters:
            try:
                load("topics").check(value, True)
            except ValueError as error:
                raise HttpError(400, {"error": str(error)})
            if value[0] == "$":
                raise HttpError(400, {"error": "filter %s: what begins with $ stays on the device" % value})
            filters.append(value)
    if len(filters) > 8:
        raise HttpError(400, {"error": "takes up to 8 filters"})
    headers = (("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"))
    response = Response(b"", 200, headers, "text/event-stream")
    response.takeover = Subscriber(bus, filters or ["#"], owner)
    if not request.minor:
        response.takeover.chunked = False
    return response


class Index:
    """All that there is, as JSON, piece by piece so that it needs no memory: the body of an answer."""

    length = None  # not known

    def __init__(self, kernel):
        self.kernel = kernel

    def pieces(self, request):
        """Yield it, in chunks where the client takes them; nothing is missing in the end."""
        conn = request.conn
        for text in self.texts():
            conn.wait(conn.site.write_ms)
            data = text.encode()
            yield b"%x\r\n%s\r\n" % (len(data), data) if request.minor else data
        if request.minor:
            yield b"0\r\n\r\n"

    def texts(self):
        """Yield it as text."""
        import sys

        import modcore

        kernel = self.kernel
        version = ".".join([str(part) for part in sys.implementation.version[:3]])
        versions = {"modcore": modcore.__version__, sys.implementation.name: version}
        text = dumps({"name": kernel.name, "id": device_id(kernel), "versions": versions})
        text = text[:-1] + ', "modules": {'
        comma = ""
        for id in sorted(kernel.modules):
            module = kernel.modules.get(id)
            if module is None:
                continue
            text += '%s%s: {"state": "%s", "properties": {' % (comma, dumps(id), module.state)
            comma = ""
            for name in sorted(module.properties):
                entry = dict(module.properties[name].meta)
                entry["value"] = module.properties[name].value
                text += "%s%s: %s" % (comma, dumps(name), dumps(entry))
                comma = ", "
                if len(text) > 400:
                    yield text
                    text = ""
            text += "}}"
            comma = ", "
        yield text + "}}"


def device_id(kernel):
    """The board's unique id in hexadecimal, or the device's name where the board has none."""
    try:
        from machine import unique_id

        return "".join(["%02x" % octet for octet in unique_id()])
    except (ImportError, AttributeError):
        return kernel.name
