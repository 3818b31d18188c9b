"""Host and Origin: who is asked, and by whose page, so that a browser is not a way in for other sites.

A page of another site can make its reader's browser send requests to a device, even under a name of its own that
resolves to the device's address (DNS rebinding). The Host header shows the name, the Origin header the page.
A request that may change something also needs memory to be carried out: see `admit`.
"""

import gc

from .request import HttpError
from .ticks import const

RARE = True  # hosts that are known pass without

_KEPT = const(8)  # hosts that were found right


def closed(site):
    """HttpError 503: nothing is served; the log says why."""
    raise HttpError(503, "", (("Retry-After", str(site.retry_s)),))


def misdirected(request):
    """None for a Host that is an address, localhost, or among `site.hosts`; else what a content answers to others.

    HttpError 421: it is another's name. An empty one passes: no browser sends it.
    """
    site = request.site
    host = request.host
    name = str(host, "utf-8").lower()
    if name[:1] != "[":
        name = name.split(":")[0]
    names = site.hosts() if callable(site.hosts) else site.hosts
    if name and not is_address(name) and name.rstrip(".") not in names and name != "localhost":
        for content in site.contents:
            answer = content.misdirected(request) if hasattr(content, "misdirected") else None
            if answer is not None:
                return answer
        raise HttpError(421, "this device has another name")
    known = site._known_hosts
    if len(known) >= _KEPT:
        known.pop(0)
    known.append(host)
    return None


def is_address(name):
    """Tell whether a host is an IP address, `192.168.1.9` or `[fe80::1]`, which no name server can point elsewhere."""
    if name[:1] == "[":
        return True
    parts = name.split(".")
    return len(parts) == 4 and all([part.isdigit() and int(part) < 256 for part in parts])


def same_origin(request, origins=()):
    """Tell whether the Origin header names this device or one of `origins`; None when the request has no such header.

    Source: RFC 6454 section 7.
    """
    if request.origin is None:
        return None
    try:
        origin = str(request.origin, "utf-8").lower()
        here = str(request.host, "utf-8").lower()
    except ValueError:
        return False
    if origin in origins or origin in request.site.origins:
        return True
    scheme, _, host = origin.partition("://")
    if scheme != ("https" if request.secure else "http"):
        return False
    return _plain(host, scheme) == _plain(here, scheme)


def check_origin(request, origins=()):
    """HttpError 403: the request was caused by a page of another site."""
    if same_origin(request, origins) is False:
        raise HttpError(403, "caused by a page of another site")


def _plain(host, scheme):
    default = ":443" if scheme == "https" else ":80"
    return host[: -len(default)] if host.endswith(default) else host


_ROOM = const(16384)  # bytes; a write is not tried twice, so that it is not done twice


def admit(request):
    """Let a write pass, with memory for what it loads. HttpError 403: a page of another site caused it."""
    if request.origin is not None:
        check_origin(request)
    if hasattr(gc, "mem_free") and gc.mem_free() < _ROOM:
        gc.collect()
        if gc.mem_free() < _ROOM:
            request.site.relieve()
