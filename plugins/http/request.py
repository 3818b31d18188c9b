"""Request: the head of a request, read when it is plain, and what a handler wants to know of it."""

try:
    from micropython import const

    MICROPYTHON = True  # little memory: what is rarely needed is loaded when it is needed
except ImportError:  # CPython
    from .ticks import const

    MICROPYTHON = False

TYPE_CHECKING = const(0)  # for editors and type checkers
if TYPE_CHECKING:
    from typing import Any

    from .mapping import Headers

# lstrip() with these checks a text in one call: what is left begins with another character.
_PLAIN_NAME = const(b"eatoinsrhldcumpfgwybvkxjqzETAOINSRHLDCUMPFGWYBVKXJQZ0123456789-.")
_PLAIN_TARGET = const(b"/eatoinsrhldcumpfgwybvkxjqzETAOINSRHLDCUMPFGWYBVKXJQZ0123456789-._~=&,;:@!$'()*+%?")
# Headers that are left to strict.py; in one piece they save 100 bytes, and what is a part of it is left, too.
_LEFT = const(b"transfer-encoding upgrade expect")


class Request:
    """One request, as a handler gets it.

    method; path (decoded, slashes in a row joined); url (bytes, as the client sent it); params and route of the
    matched route; size of the body in bytes, -1 when it is chunked; type: set it (bytes) to the Content-Type of a
    plain answer. What is decoded is decoded when it is first asked for.
    """

    size = 0
    hold = True  # the connection may be kept
    minor = 1  # HTTP/1.minor
    type = None
    params = ()
    route = None  # the path of the matched route, `/user/:id`
    host = b""  # who is asked: the Host header, or the authority of an absolute URL (RFC 9112 section 3.3)
    origin = None  # the Origin header as bytes
    closes = False  # `Connection: close` was said
    upgrades = False  # asks for another protocol that the site has, a WebSocket
    expects = False  # waits for `100 Continue`
    streamed = False  # the handler reads the body itself
    early = None  # bytes of the body that were read before the handler asked
    chunks = None  # the decoder of a chunked body

    def __init__(self, conn, head, end):
        self.conn = conn
        self.site = conn.site
        self.head = head
        self.end = end  # of the head, after the CRLF of its last line

    if TYPE_CHECKING:  # made when it is first asked for: see decoding.py

        @property
        def peer(self) -> tuple:
            """The client's address, as its socket tells it: `("192.168.1.9", 50312)`."""
            ...

        @property
        def secure(self) -> bool:
            """True if it came over TLS."""
            ...

        @property
        def version(self) -> str:
            """ "1.1" or "1.0"."""
            ...

        @property
        def query(self) -> dict:
            """A dict of the names and values after the `?`; of a repeated name the last value, see `values`."""
            ...

        @property
        def headers(self) -> "Headers":
            """The headers as a mapping, names in any case: `request.headers["User-Agent"]`."""
            ...

        @property
        def cookies(self) -> dict:
            """A dict of the cookies; of a repeated name the first."""
            ...

        body: bytes  # HttpError 413: it was too large to be kept

        @property
        def json(self) -> "Any":
            """The value of a body in JSON. HttpError 400: it is not JSON to the letter, or nested too deep."""
            ...

        @property
        def form(self) -> dict:
            """A dict of the fields of a form, of a repeated name the last value; empty when the body is not a form.

            A multipart form takes the plugin http_forms. HttpError 400: broken, 413: too large for memory.
            """
            ...

        @property
        def session(self) -> "Any":
            """The server's memory of this browser, a dict; by the plugin http_auth."""
            ...

        @property
        def user(self) -> "Any":
            """The user who is logged in or has a token (`.name`, `.groups`), or None; by the plugin http_auth."""
            ...

        from .decoding import read, values
        from .headers import header
    else:

        def __getattr__(self, name):
            from .decoding import decoded

            return decoded(self, name)

    def split(self):
        """The elements of the path, decoded one by one, so that %2F separates nothing."""
        return self.path.split("/") if b"%" not in self.url else self.elements

    # reading

    def parse(self):
        """Read a plain head; False leaves it to strict.py.

        That file knows the whole grammar: all that passes here passes there with the same result.
        """
        site = self.site
        head = self.head
        end = self.end
        space = head.find(b" ")
        at = head.find(b" HTTP/1.1\r\n", space)
        method = head[:space]
        url = head[space + 1 : at]
        if (
            end > site.head_bytes
            or not 0 < at < site.line_bytes - 9
            or not method.isalpha()
            or url.lstrip(_PLAIN_TARGET)
            or b"\x7f" in head
        ):
            return False
        self.url = url
        self.method = str(method, "utf-8")
        path = str(url, "utf-8")
        if "?" in path:
            path = path.split("?")[0]
        if path[:1] != "/" or "//" in path or "%" in path:
            return False
        self.path = path
        at += 11
        view = memoryview(head)
        length = None
        for _ in range(site.headers):
            if at == end:
                return self.host != b""
            stop = head.find(b"\r\n", at)
            colon = head.find(b":", at, stop)
            name = head[at:colon].lower()
            # The smallest octet shows at once whether there is a control character.
            if colon <= at or name.lstrip(_PLAIN_NAME) or min(view[at:stop]) < 32:
                return False
            if name == b"host":
                if self.host:
                    return False
                self.host = host = head[colon + 1 : stop].strip()
                name, colon, port = host.partition(b":")
                if not name or name.lstrip(_PLAIN_NAME) or colon and not port.isdigit():
                    return False
            elif name == b"content-length":
                value = head[colon + 1 : stop].strip()
                if length is not None or len(value) > 9 or not value.isdigit():
                    return False
                self.size = length = int(value)
            elif name == b"connection":
                value = head[colon + 1 : stop].strip().lower()
                if value == b"close":
                    self.hold = False
                elif value != b"keep-alive":
                    return False
            elif name == b"origin":
                if self.origin is not None:
                    return False
                self.origin = head[colon + 1 : stop].strip()
            elif name in _LEFT:
                return False
            at = stop + 2
        return False


class HttpError(Exception):
    """Raised by a handler or filter: answer with a status.

    status: 400 to 599. text: what went wrong, for the client; a dict is sent as JSON. headers: pairs (name, value).

        raise HttpError(404, "no such valve")
    """

    def __init__(self, status, text: "str | dict" = "", headers=()):
        super().__init__(status, text)
        self.status = status
        self.text = text
        self.headers = headers or ()


class TimedOut(Exception):
    """Thrown by a driver into the steps of a connection whose deadline (`conn.due`) has passed."""


if not MICROPYTHON:
    from .ticks import request_methods

    request_methods(Request)
