"""Requests that no content answers: 404, 405 with what is allowed, OPTIONS, 501."""

from .errors import HttpError

RARE = True  # only when nobody answers

_KNOWN = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


def missed(request, contents):
    """The answer to OPTIONS. HttpError 404, 405, 501: RFC 9110 sections 15.5.5, 15.5.6, 15.6.2."""
    names = set()
    for content in contents:
        if hasattr(content, "methods"):
            names.update(content.methods(request))
    if request.path == "*":
        names.update(_KNOWN)
    if request.method not in _KNOWN and request.method not in names:
        raise HttpError(501, "method not implemented")
    if not names:
        raise HttpError(404)
    names.add("OPTIONS")
    if "GET" in names:
        names.add("HEAD")
    allow = [("Allow", ", ".join(sorted(names)))]
    if request.method == "OPTIONS":
        return b"", 204, allow
    raise HttpError(405, "", allow)


def of_router(router, request):
    """The methods of the routes that the path of a request fits, as a list; see Router.methods."""
    names = set()
    for table in list(router._exact.values()) + [entry[2] for entry in router._patterns]:
        names.update(table)
    method = request.method
    found = []
    for name in names:
        request.method = name
        if router.find(request) is not None:
            found += _KNOWN if name == "*" else (name,)
    request.method = method
    return found
