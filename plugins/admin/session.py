"""Logging in and out, and the first administrator: open to everybody."""

from plugins.http import HttpError

from .access import GROUP, entries, has_admin, own_page
from .accounts import apply, hashed, store, wrong_name, wrong_password
from .dispatch import body, make_room, refuse_method

RARE = True  # only while somebody logs in

_ATTEMPTS = 5
_LOCK_S = 30


def answer(admin, request, names):
    """`/session`: GET who, POST logs in, DELETE out. `/claim`: POST sets the first administrator's password."""
    if request.path.rstrip("/").endswith("claim"):
        return _claim(admin, request) if request.method == "POST" else refuse_method("POST")
    if request.method in ("GET", "HEAD"):
        return _who(admin, request)
    if request.method == "POST":
        return _login(admin, request)
    if request.method == "DELETE":
        own_page(request)
        if request.site.sessions is not None:
            request.session.end()
        return None
    return refuse_method("GET", "POST", "DELETE")


def _who(admin, request):
    user = request.user if request.site.users else None
    return {
        "user": user.name if user else None,
        "groups": list(user.groups) if user else [],
        "claimed": has_admin(admin.kernel),
        "code": not _is_guest(admin, request),
    }


def _login(admin, request):
    own_page(request)
    given = body(request, "name", "password")
    if not isinstance(given["name"], str) or not isinstance(given["password"], str):
        raise HttpError(400, {"error": "takes name and password"})
    if not request.site.users:
        raise HttpError(401, {"error": "closed until an administrator's password is set", "claim": True})
    user = yield from request.site.users.verify(given["name"], given["password"])
    if user is None:
        raise HttpError(403, {"error": "name or password is wrong"})
    _enter(request, user.name)
    return {"user": user.name, "groups": list(user.groups)}


def _enter(request, name):
    session = request.session
    session.user = name
    session.renew()  # against an id that somebody else planted


def _claim(admin, request):
    own_page(request)
    kernel = admin.kernel
    if has_admin(kernel):
        raise HttpError(409, {"error": "there is an administrator already; log in"})
    given = body(request, "password")
    name = given.get("name", "admin")
    trouble = wrong_name(name) or wrong_password(given["password"])
    if trouble:
        raise HttpError(400, {"error": trouble})
    if not _is_guest(admin, request):
        _check_code(admin, given.get("code"))
    kept = yield from hashed(given["password"])
    make_room(admin)
    if has_admin(kernel):  # somebody was faster
        raise HttpError(409, {"error": "there is an administrator already; log in"})
    groups = list(entries(kernel).get(name, {}).get("groups", ()))
    store(kernel, "users", name, {"password": kept, "groups": groups + [GROUP]})
    admin.code = None
    apply(admin, request.site)
    admin.log.warning("administrator", name, "is set")
    _enter(request, name)
    return {"user": name, "groups": groups + [GROUP]}


def _check_code(admin, code):
    """HttpError 403: it is wrong, 429: too many were."""
    now_s = admin.kernel.uptime_ms() // 1000
    if now_s < admin.locked_s:
        left = admin.locked_s - now_s
        raise HttpError(429, {"error": "too many attempts; wait %d s" % left}, [("Retry-After", str(left))])
    if not admin.config["claim"] or admin.code is None:
        raise HttpError(
            403, {"error": "set the password over USB (modcore passwd), or on the device's access point"}
        )
    if not isinstance(code, str) or code.replace("-", "").replace(" ", "") != admin.code.replace("-", ""):
        admin.wrong += 1
        if admin.wrong >= _ATTEMPTS:
            admin.locked_s = now_s + (_LOCK_S << min(admin.wrong - _ATTEMPTS, 7))
        raise HttpError(
            403, {"error": "the code is wrong; the device prints it on its console when it starts"}
        )


def _is_guest(admin, request):
    """Tell whether a request came over the device's own access point, which only who is near can use."""
    softap = admin.kernel.modules.get("softap")
    if softap is None or not admin.kernel.bus.get("softap/on"):
        return False
    peer = request.peer
    if isinstance(peer, (bytes, bytearray)):  # MicroPython on a PC: struct sockaddr_in
        peer = ("%d.%d.%d.%d" % tuple(peer[4:8]),)
    return bool(peer) and peer[0].rsplit(".", 1)[0] == softap.config["address"].rsplit(".", 1)[0]
