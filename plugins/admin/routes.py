"""Routes: what answers where, in the order of asking, and which rule of access holds there."""

from plugins.http import Response
from plugins.http.json_text import dumps

from .dispatch import refuse_method

RARE = True  # only while somebody administers the device


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
        found = {
            "type": type(content).__name__,
            "module": owners.get(content),
            "root": getattr(content, "root", None) or getattr(content, "prefix", None) or "/",
            "folder": getattr(content, "folder", None),
            "routes": [],
        }
        listing = getattr(content, "listing", None) or getattr(content, "routes", None)
        if callable(listing):
            found["routes"] = [list(route) for route in listing()]
        yield text + dumps(found)
        text = ", "
    access = dict(kernel.config.get("http", {}).get("access") or {})
    access.update(kernel.secrets.get("http", {}).get("access") or {})
    yield '%s], "access": %s}' % ("" if text == ", " else text, dumps(access))


def listing():
    """The administration's own routes as (path, methods)."""
    return [
        ("/api/admin/session", "GET,POST,DELETE"),
        ("/api/admin/claim", "POST"),
        ("/api/admin/modules", "GET"),
        ("/api/admin/modules/:id", "GET,POST"),
        ("/api/admin/settings", "GET"),
        ("/api/admin/settings/:section", "GET,PUT,POST"),
        ("/api/admin/plugins", "GET"),
        ("/api/admin/plugins/:name", "POST"),
        ("/api/admin/network", "GET,POST"),
        ("/api/admin/log", "GET"),
        ("/api/admin/log/levels", "GET,PUT"),
        ("/api/admin/events", "GET,POST"),
        ("/api/admin/routes", "GET"),
        ("/api/admin/system", "GET,POST"),
        ("/api/admin/backup", "GET,POST,PUT"),
        ("/api/admin/users", "GET"),
        ("/api/admin/users/:name", "PUT,DELETE"),
        ("/api/admin/users/:name/sessions", "DELETE"),
        ("/api/admin/tokens/:name", "PUT,DELETE"),
        ("/api/files/…", "GET,PUT,PATCH,DELETE"),
    ]
