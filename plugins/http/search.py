"""Requests that pass filters, that are for the device API, or that nobody answers."""

from . import HttpError

_KNOWN = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


def find(site, request, searched):
    """What filters, device API and contents answer; searched: no content does, that is known."""
    for one in site.filters:
        before = getattr(one, "before", None)
        answer = before and before(request)
        if answer is not None:
            return _plain(answer)
    contents = site.contents
    if site.kernel and request.path[:4] == "/api":
        from .api import DeviceApi

        # Routes of modules come first: one may have paths of its own below /api.
        mounted = len(site.map)
        contents = contents[:mounted] + [DeviceApi(site.kernel, site.owner)] + contents[mounted:]
        searched = False
    if not searched:
        for content in contents:
            answer = content.find(request)
            if answer is not None:
                answer = answer(request) if callable(answer) else answer
                return _plain(answer) if site.filters else answer
    return _missed(request, contents)


def _plain(answer):
    """Make `response.py` take care of an answer, so that it goes through the filters' `after`."""
    return (answer,) if isinstance(answer, (dict, list, str)) else answer


def _missed(request, contents):
    """The methods that there are for a path, else 404, 405 or 501."""
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
