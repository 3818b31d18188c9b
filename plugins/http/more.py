"""What is needed now and then: other public names, limits by name, refusals, errors in the log."""

from . import Connection, part, ticks_diff, ticks_ms

# The places of Site.limits.
_PLACES = (
    "line_bytes",  # request line, then 414
    "head_bytes",  # request line and headers, then 431
    "headers",  # their number, then 431
    "body_bytes",  # a body that is kept in memory, then 413
    "read_bytes",  # read from a socket at once
    "requests",  # on one connection
    "head_ms",  # from the first byte to the end of the head, then 408
    "idle_ms",  # between requests
    "write_ms",  # for a client to take what one send holds
    "connections",  # at once, then 503
)
# Those that are not needed at every request.
_LIMITS = {
    "upload_bytes": 1 << 30,  # a body that a route with stream=True reads, then 413
    "file_bytes": 8192,  # read from a file at once; less, down to 512, when memory is short
    "body_ms": 10000,  # for a body, and the patience with a slow streamed one, then 408
    "byte_ms": 2,  # a streamed body that comes at this rate may take as long as it likes
    "json_depth": 16,  # levels of lists and objects in a body, then 400
    "linger_ms": 1000,  # what a refused client still sends is read and dropped for so long
    "retry_s": 2,  # Retry-After of a 503
    "spare_ms": 1000,  # an idle connection does not make room for another before
    "length_required": True,  # POST, PUT and PATCH without Content-Length or chunked: 411
}


def update(site, limits):
    """Set limits by name. TypeError: there is none of that name, or it takes no such value."""
    for name, value in limits.items():
        if name not in _PLACES and name not in _LIMITS:
            have = ", ".join(sorted(_PLACES + tuple(_LIMITS)))
            raise TypeError("no limit %r; have %s" % (name, have))
        if not isinstance(value, int) or value < 0:
            raise TypeError("limit %s: takes a number, not %r" % (name, value))
        if name in _PLACES:
            new = list(site.limits)
            new[_PLACES.index(name)] = value
            site.limits = tuple(new)
        setattr(site, name, value)


def get(site, name):
    """An attribute of a Site that it has not itself. AttributeError: nor has this module."""
    function = _METHODS.get(name)
    if function:
        return lambda *arguments: function(site, *arguments)
    if name in _LIMITS:
        value = _LIMITS[name]
    elif name in _PLACES:
        value = site.limits[_PLACES.index(name)]
    elif name in ("pages", "lazy"):
        value = {}
    elif name in ("tasks", "kernel"):  # the module that knows async handlers, and whose API this is
        value = None
    else:
        raise AttributeError(name)
    setattr(site, name, value)  # the next time it need not be looked for here
    return value


def report(site, request, error):
    """Log an exception with its traceback."""
    text = part("traceback").traceback(error)
    if request:
        text = "%s %s: %s" % (request.method, request.path, text)
    if hasattr(site.log, "log"):  # a module
        site.log.log.error(text)
    else:
        (site.log or print)(text)


def accept(site, peer, secure):
    """A Connection when all are taken: in place of an idle one, or one that answers 503, or None."""
    oldest = None
    # Who has said nothing for a moment only may be about to.
    left_ms = site.idle_ms - site.spare_ms
    for conn in site.open_connections:
        if conn.idle and conn.due and conn.due is not True:
            ms = ticks_diff(conn.due, ticks_ms())
            if ms <= left_ms:
                left_ms = ms
                oldest = conn
    if oldest is None and len(site.open_connections) >= site.connections + 4:
        return None
    conn = Connection(site, peer, secure)
    if oldest is None:
        conn.idle = False
        conn.steps = _busy(conn)
    else:
        oldest.end()
    site.open_connections.append(conn)
    return conn


def busy(site):
    """The whole answer of a server that has no room: RFC 9110 section 15.6.4."""
    return (
        b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: %d\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        % site.retry_s
    )


def _busy(conn):
    from .response import linger

    conn.wait(conn.site.write_ms)
    yield busy(conn.site)
    yield from linger(conn)


_METHODS = {
    "update": update,
    "report": report,
    "accept": accept,
    "busy": busy,
}

# Where the public names are that are loaded with their first use.
_PUBLIC = {
    "Response": "response",
    "redirect": "response",
    "Signal": "signal",
    "TimedOut": "signal",
    "DeviceApi": "api",
    "Static": "static",
    "send_file": "files",
    "escape": "html",
}


def find(name):
    """The public object `name` of the package. AttributeError: there is none."""
    if name not in _PUBLIC:
        raise AttributeError(name)
    return getattr(__import__("plugins.http." + _PUBLIC[name], None, None, (name,)), name)
