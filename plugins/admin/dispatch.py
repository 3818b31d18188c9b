"""Paths and the files that answer them; only administrators get there."""

import gc

from plugins.http import HttpError

RARE = True  # only while somebody administers the device

_ROOM = 49152  # bytes: the largest pages' code, and what they work with

# The first element of the path -> whether it is open to everybody.
_AREAS = {
    "session": True,
    "claim": True,
    "modules": False,
    "settings": False,
    "plugins": False,
    "network": False,
    "log": False,
    "events": False,
    "routes": False,
    "system": False,
    "backup": False,
    "users": False,
    "tokens": False,
}


def answer(admin, request):
    """The answer to a request below /api/admin or /api/files. HttpError 401, 403, 404, 405."""
    make_room(admin)
    names = request.split()[2:]
    area = names.pop(0)
    if area == "admin":
        area = names.pop(0) if names else ""
        if area not in _AREAS:
            raise HttpError(404, {"error": "no such page"})
    elif area != "files":
        raise HttpError(404, {"error": "no such page"})
    if not _AREAS.get(area):
        from .access import check

        check(admin, request)
    return _load(area)(admin, request, names)


def make_room(admin):
    """Drop what is seldom needed while memory is short: before what brings files of its own, and after it."""
    if hasattr(gc, "mem_free") and gc.mem_free() < _ROOM:
        from modcore.lazy import relieve

        # Not the kernel's, which gives up what is set aside: MicroPython's table of names may grow with this page.
        relieve()
        if gc.mem_free() < _ROOM:
            admin.later(relieve)


def _load(area):
    if area in ("session", "claim"):
        from .session import answer
    elif area == "modules":
        from .modules import answer
    elif area == "settings":
        from .settings import answer
    elif area == "plugins":
        from .plugins import answer
    elif area == "network":
        from .network import answer
    elif area == "log":
        from .log import answer
    elif area == "events":
        from .events import answer
    elif area == "routes":
        from .routes import answer
    elif area == "system":
        from .system import answer
    elif area == "backup":
        from .backup import answer
    elif area in ("users", "tokens"):
        from .users import answer

        return lambda admin, request, names: answer(admin, request, [area] + names)
    else:
        from .files import answer
    return answer


def refuse_method(*allowed):
    """Raise the 405 of a path that takes only the methods `allowed`."""
    names = ", ".join(allowed)
    raise HttpError(405, {"error": "takes " + names}, [("Allow", names.replace("GET", "GET, HEAD"))])


def body(request, *keys):
    """The JSON object of a request. HttpError 400: none, or without one of `keys`."""
    found = request.json
    if not isinstance(found, dict) or any([key not in found for key in keys]):
        raise HttpError(400, {"error": "takes a JSON object" + (" with " + ", ".join(keys) if keys else "")})
    return found


def not_saved(error):
    """The HttpError 507 of an OSError while something was written."""
    full = error.args and error.args[0] == 28
    return HttpError(507, {"error": "not saved: %s" % ("there is no room left" if full else error)})
