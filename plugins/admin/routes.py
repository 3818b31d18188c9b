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
