"""Site: what one web server serves, and to whom: contents, filters, error pages, names and limits."""

import gc
from time import time

from .connection import Connection
from .request import HttpError

try:
    from micropython import const
except ImportError:  # CPython
    from .ticks import const

_SAFE = const(("GET", "HEAD", "OPTIONS"))


class Site:
    """Filters, contents and limits of one server; a limit is given by name: `Site(connections=8)`.

    log: a function that is given the traceback (str) of what failed. `contents` answer in order, `filters` stand
    around them; see README.md.

        site = Site(body_bytes=2000)
        site.contents.append(web)
    """

    # Limits: what a stranger can make a small device do at most. `_bytes`, `_ms` and `_s` are bytes, milliseconds and
    # seconds, the others count.
    line_bytes = 1024  # request line; longer: 414 (in a chunked body 400)
    head_bytes = 4096  # request line and headers; more: 431
    headers = 48  # header lines; more: 431
    body_bytes = 8192  # a body that is kept in memory; more: 413
    upload_bytes = 1 << 30  # a body that a route with stream=True reads; more: 413
    json_depth = 16  # levels of lists and objects in a body; more: 400
    read_bytes = 1024  # read from a socket at once
    file_bytes = 4096  # read from a file at once; less, down to 512, when memory is short
    requests = 1000  # on one connection, then it is closed
    connections = 16  # at once; more: the one idle for longest goes, or 503
    peer_connections = 14  # of one address at once; more: its own idle one goes, or 503
    head_ms = 5000  # from the first byte to the end of the head; longer: 408
    body_ms = 10000  # for a body, and the patience with a slow streamed one; longer: 408
    byte_ms = 2  # a streamed body that comes at this rate may take as long as it likes
    idle_ms = 20000  # between requests, then the connection is closed
    write_ms = 10000  # for a client to take one piece, then the connection is closed
    linger_ms = 1000  # what a refused client still sends is read and dropped for so long
    spare_ms = 1000  # an idle connection does not make room for another before
    retry_s = 2  # Retry-After of a 503

    hosts = None  # names that a request may ask for, lower case, or a function that gives them; None: any
    origins = ()  # other origins, as "https://garden.example", whose pages count as the device's own
    protocols = (b"websocket",)  # what `Upgrade` may ask for; such a request counts as a write
    shut = None  # why nothing is served: every request is answered 503
    loads = None  # reads JSON strictly: loads(bytes, depth); None: json_strict of this package
    spare = None  # a piece of memory for the next large body: see body.py
    lacks = None  # bytes of that piece, to be set aside when the present large body is answered
    driver = None  # a function that gives what runs handlers, or None: advance, close_handler, awaitable
    plugin = (
        None  # a function that imports a plugin by its name, for what is only needed when it is asked for
    )
    form = None  # what the plugins http_forms and http_auth bring: functions of the request
    session = None
    user = None
    sessions = users = login = None  # kept here by http_auth: see `protect`
    # Sent with every answer: no other site's page may frame this one, and no browser guesses types.
    security = b"X-Content-Type-Options: nosniff\r\nContent-Security-Policy: frame-ancestors 'self'\r\n"
    server = ""  # the Server header; empty: none

    _second = _day = None  # of the Date header that was made last
    _date = _common = b""

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

    def limit(self, **limits):
        """Set limits by name. TypeError: there is none of that name, or it takes no such value.

        site.limit(body_bytes=2000, connections=8)
        """
        from .limits import limit

        limit(self, limits)

    # what is served

    def mount(self, key, content):
        """Put `content` (a Router) first, in place of what `key` stood for; None: take that away.

        TypeError: nothing that answers requests.
        """
        # A text has a `find`, too.
        if content is not None and (
            not hasattr(content, "find") or isinstance(content, (str, bytes, bytearray))
        ):
            raise TypeError("%s: takes an object with find(request), not %r" % (key, content))
        if key in self._mounted:
            self.contents.remove(self._mounted.pop(key))
        if content is not None:
            self._mounted[key] = content
            self.contents.insert(0, content)

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
            raise HttpError(503, "", (("Retry-After", str(self.retry_s)),))
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
        if len(conns) >= min(self.connections, self.peer_connections):
            from .crowd import accept

            return accept(self, peer, secure)
        conn = Connection(self, peer, secure)
        conns.append(conn)
        return conn

    def close(self, conn):
        """End the steps of a connection and forget it; raises nothing. A driver calls it, then closes the socket."""
        if conn in self.open_connections:
            self.open_connections.remove(conn)
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
            day = now // 86400
            if day != self._day:
                from .date import date_line

                self._date = date_line(now)
                self._day = day
            rest = now % 86400
            date = self._date
            if date:
                date = b"%s %02d:%02d:%02d GMT\r\n" % (date, rest // 3600, rest // 60 % 60, rest % 60)
            if self.server:
                date += b"Server: %s\r\n" % self.server.encode()
            self._common = date + self.security
            self._second = now
        return self._common


def writes(request):
    """Tell whether a request may change something: any but GET, HEAD and OPTIONS, and what opens a WebSocket."""
    return request.method not in _SAFE or request.upgrades
