"""Access to the administration: only for users of the group admin, and only from the device's own pages."""

from plugins.http import HttpError

RARE = True  # only while somebody administers the device

GROUP = "admin"
_SAFE = ("GET", "HEAD", "OPTIONS")


def entries(kernel, key="users"):
    """{name: entry} of the users or tokens, those of secrets.json over those of config.json."""
    found = {}
    for sections in (kernel.config, kernel.secrets):
        section = sections.get("http")
        have = section.get(key) if isinstance(section, dict) else None
        if isinstance(have, dict):  # else the web server has refused it
            found.update(have)
    return found


def has_admin(kernel):
    """Tell whether there is a user of the group `admin`."""
    return any(
        [
            isinstance(entry, dict) and GROUP in (entry.get("groups") or ())
            for entry in entries(kernel).values()
        ]
    )


def check(admin, request):
    """Let a request of an administrator pass. HttpError 401, 403: anybody else."""
    if not has_admin(admin.kernel):
        raise HttpError(
            401,
            {"error": "closed until an administrator's password is set", "claim": True},
            [("WWW-Authenticate", 'Bearer realm="device"')],
        )
    user = request.user
    if user is None:
        raise HttpError(401, {"error": "log in"}, [("WWW-Authenticate", 'Bearer realm="device"')])
    if not user.is_in((GROUP,)):
        raise HttpError(403, {"error": "takes a user of the group admin"})
    if request.method not in _SAFE:
        own_page(request)


def own_page(request):
    """Let pass what a page of the device itself, or a machine with a token, has sent. HttpError 403: another page."""
    if (request.header("authorization") or "")[:7].lower() == "bearer ":
        return
    from plugins.http.origin import same_origin

    if not same_origin(request):
        raise HttpError(403, {"error": "a change takes a page of the device itself, or a token"})
