"""Routes: what answers where, in the order of asking, and which rule of access holds there."""

from plugins.http import Response
from plugins.http.connection import dumps

from .dispatch import refuse_method

RARE = True  # only while somebody administers the device

_OWN = (
    ("session", "GET,POST,DELETE"),
    ("claim", "POST"),
    ("modules", "GET"),
    ("modules/:id", "GET,POST"),
    ("settings", "GET"),
    ("settings/:section", "GET,PUT,POST"),
    ("plugins", "GET"),
    ("plugins/:name", "POST"),
    ("network", "GET,POST"),
    ("log", "GET"),
    ("log/levels", "GET,PUT"),
    ("events", "GET,POST"),
    ("routes", "GET"),
    ("system", "GET,POST"),
    ("backup", "GET,POST,PUT"),
    ("users", "GET"),
    ("users/:name", "PUT,DELETE"),
    ("users/:name/sessions", "DELETE"),
    ("tokens/:name", "PUT,DELETE"),
    ("files/…", "GET,PUT,PATCH,DELETE"),
)

_API = (("/api", "GET"), ("/api/events", "GET"), ("/api/:module/:property", "GET,PUT"))


def answer(admin, request, names):
    """`/routes`: GET {"contents": [{"type", "module", "root", "routes": [[path, methods]]}], "access": {…}}."""
    if request.method not in ("GET", "HEAD"):
        return refuse_method("GET")
    return _list(admin.kernel, request.site)


def _list(kernel, site):
    yield Response(b"", 200, [("Cache-Control", "no-store")], "application/json")
    owners = {}
    for id in kernel.modules:
        content = kernel.bus.get("$http/routes/" + id)
        if content is not None:
            owners[content] = id
    text = '{"contents": ['
    for content in list(site.contents):
        found = {"type": type(content).__name__, "module": owners.get(content), "root": "/", "folder": None}
        if content not in kernel.modules.values():  # which would look far for what it has not
            found["root"] = getattr(content, "root", None) or getattr(content, "prefix", None) or "/"
            found["folder"] = getattr(content, "folder", None)
        yield text + dumps(found)[:-1] + ', "routes": ['
        text = ""
        listed = getattr(content, "listing", None) or getattr(content, "routes", None)
        routes = listed() if callable(listed) else _API if found["type"] == "DeviceApi" else ()
        for route in routes:
            yield text + dumps(list(route))
            text = ", "
        yield "]}"
        text = ", "
    access = dict(kernel.config.get("http", {}).get("access") or {})
    access.update(kernel.secrets.get("http", {}).get("access") or {})
    yield '%s], "access": %s}' % ("" if text == ", " else text, dumps(access))


def listing():
    """The administration's own routes as (path, methods); a generator."""
    for area, methods in _OWN:
        yield ("/api/" if area[:5] == "files" else "/api/admin/") + area, methods
