"""HTTP/1.1 without I/O: a Site answers the requests that its Connections read. README.md tells the whole.

Here is what one web server serves, and to whom (Site), and which handler answers which path and method (Router).
What every request needs is imported here; the rest, with the first request that needs it. Nothing in this package
opens a socket but listener.py, and nothing knows modcore: what brings both together is the plugin http_api.
"""

import gc
from time import time

from .connection import READ as READ
from .connection import Connection as Connection
from .request import MICROPYTHON, const
from .request import HttpError as HttpError
from .request import Request as Request
from .request import TimedOut as TimedOut

__version__ = "1.1.0"

# The public names that are imported when they are first asked for; where each is stands in names.py.
TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from .html import escape as escape
    from .response import Response as Response
    from .response import redirect as redirect
    from .signal import Signal as Signal

_SURE = const(4)  # connections that are taken in however short memory is
_SAFE = const(("GET", "HEAD", "OPTIONS"))


class Site:
    """Filters, contents and limits of one server; a limit is given by name: `Site(connections=8)`.

    log: a function that is given the traceback (str) of what failed. `contents` answer in order, `filters` stand
    around them; see README.md.

        site = Site(body_bytes=2000)
        site.contents.append(web)
    """

    # Limits: what a stranger can make a small device do at most. `_bytes`, `_ms` and `_s` are bytes, milliseconds and
    # seconds, the others count. Those that are seldom asked for stand in limits.py.
    line_bytes = 1024  # request line; longer: 414 (in a chunked body 400)
    head_bytes = 4096  # request line and headers; more: 431
    headers = 48  # header lines; more: 431
    body_bytes = 8192  # a body that is kept in memory; more: 413
    read_bytes = 1024  # read from a socket at once
    requests = 1000  # on one connection, then it is closed
    connections = 16  # at once; more: the one idle for longest goes, or 503
    peer_connections = 14  # of one address at once; more: its own idle one goes, or 503
    head_ms = 5000  # from the first byte to the end of the head; longer: 408
    body_ms = 10000  # for a body, and the patience with a slow streamed one; longer: 408
    idle_ms = 20000  # between requests, then the connection is closed
    write_ms = 10000  # for a client to take one piece, then the connection is closed

    hosts = None  # names that a request may ask for, lower case, or a function that gives them; None: any
    shut = None  # why nothing is served: every request is answered 503
    lacks = None  # bytes of memory to be set aside when the present large body is answered: see body.py
    crowded = False  # somebody had to be refused
    _second = None  # of the header lines that were made last
    _common = b""

    server = ""  # the Server header; empty: none

    if TYPE_CHECKING:
        from .limits import (
            byte_ms,
            driver,
            file_bytes,
            form,
            json_depth,
            json_reader,
            limit,
            linger_ms,
            load,
            login,
            origins,
            protocols,
            retry_s,
            session,
            sessions,
            spare,
            spare_ms,
            upload_bytes,
            user,
            users,
        )
        from .routes import mount
    elif MICROPYTHON:  # a board loads them when they are asked for

        def __getattr__(self, name):
            from .limits import of_site

            return of_site(self, name)

    def __init__(self, log=None, **limits):
        self.log = log or print
        self.relieve = gc.collect  # called when memory is short
        self.filters = []
        self.contents = []
        self.pages = {}  # status -> error page: text, or a function(request, text)
        self.open_connections = []
        self._mounted = {}  # key -> content
        self._known_hosts = []  # those that were found right last, as bytes
        if limits:
            self.limit(**limits)

    def find(self, request):
        """Return what filters and contents answer to a request; may raise HttpError, and whatever a handler raises."""
        for one in self.filters:
            before = getattr(one, "before", None)
            answer = before(request) if before else None
            if answer is not None:
                return answer
        for content in self.contents:
            found = content.find(request)
            if found is not None:
                return found(request) if callable(found) else found
        from .routes import missed

        return missed(request, self.contents)

    def admit(self, request):
        """Refuse what a foreign page caused, and everything while the site is shut. HttpError 403, 421, 503.

        Returns None, or the answer of a content that takes requests for other names: `misdirected(request)`.
        """
        if self.shut:
            from .origin import closed

            closed(self)
        # An address is nobody's name; what else is right is found once.
        host = request.host
        if self.hosts is not None and host.lstrip(b"0123456789.:") and host not in self._known_hosts:
            from .origin import misdirected

            answer = misdirected(request)
            if answer is not None:
                return answer
        if request.method not in _SAFE:
            from .origin import admit

            admit(request)
        return None

    # connections

    def open(self, peer=None, secure=False):
        """A Connection for an accepted socket, or None when it is just to be closed: too many are refused."""
        conns = self.open_connections
        if len(conns) >= min(self.connections, self.peer_connections, _SURE):
            from .crowd import accept

            return accept(self, peer, secure)
        conn = Connection(self, peer, secure)
        conns.append(conn)
        return conn

    def close(self, conn):
        """End the steps of a connection and forget it; raises nothing. A driver calls it, then closes the socket."""
        conns = self.open_connections
        if conn in conns:
            conns.remove(conn)
            if self.crowded and len(conns) < _SURE:
                self.crowded = False
                self.relieve()  # what the crowd has left behind lies everywhere
        try:
            conn.steps.close()
        except MemoryError:
            self.relieve()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever it is, the slot and the socket are given back
            self.report(None, error)

    def report(self, request, error):
        """Log an exception with its traceback; raises nothing, so that what called it goes on."""
        if isinstance(error, MemoryError):
            self.relieve()
        try:
            from .failure import report

            report(self, request, error)
        except MemoryError:
            self.relieve()

    # heads

    def common(self):
        """The header lines of every answer, as bytes: Date (RFC 9110 section 6.6.1), and what keeps pages safe.

        While the clock is not set, as on a board before NTP, there is no Date.
        """
        now = int(time())
        if now != self._second:
            from .date import common

            self._common = common(self, now)
            self._second = now
        return self._common


def writes(request):
    """Tell whether a request may change something: any but GET, HEAD and OPTIONS, and what opens a WebSocket."""
    return request.method not in _SAFE or request.upgrades


class Router:
    """Routes below `root`, by decorator or as a list of `[path, handler, "GET,POST"]`.

    A path may hold `:name` and `*`, each for one element: `/user/:id`, `/led/*/*`.
    The exact path goes before the general one. ValueError: a route that can't be, and why.

        web = Router("/shop")

        @web.get("/item/:id")
        def item(request):
            return {"id": request.params["id"]}
    """

    def __init__(self, root="", routes=()):
        self.root = root.rstrip("/")
        self._exact = {}  # path -> {method: handler}
        self._patterns = ()  # (rank, elements, {method: handler}) of paths with : and *, the most exact first
        self._streaming = ()  # handlers that read the body themselves
        for route in routes:
            self.add(*route)

    if TYPE_CHECKING:  # a board loads them when they are called
        from .routes import add, delete, get, methods, patch, post, put, route, routes, streams
    else:

        def __getattr__(self, name):
            from .routes import method

            return method(self, name)

    def find(self, request):
        """The handler for a request, with `request.params` and `request.route` set, or None."""
        path = request.path
        if not path.startswith(self.root):
            return None
        if path[-1] == "/" and len(path) > 1:
            path = path[:-1]
        method = request.method
        table = self._exact.get(path)
        if table:
            handler = self._of(table, method)
            if handler:
                request.route = path
                return handler
        if self._patterns and path != "/":  # no parameter is empty
            from .patterns import find

            return find(self, request)
        return None

    def _of(self, table, method):
        if method in table:
            return table[method]
        if method == "HEAD" and "GET" in table:
            return table["GET"]
        return table.get("*")


def __getattr__(name):
    from .names import find

    found = globals()[name] = find(name)
    return found


if not MICROPYTHON:
    from .ticks import site_methods

    site_methods(Site, Router)
