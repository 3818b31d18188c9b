"""Answers that are not plain: Response, and how it, a stream, a failure or another protocol is sent."""

import plugins.http as http

from . import READ, HttpError, Request
from . import dumps as _dumps

try:
    from gc import mem_free
except ImportError:  # CPython
    from .cpython import mem_free

_SHORT = 10000  # bytes of memory that should be free, or what only requests need is dropped

TEXT = "text/plain; charset=utf-8"


class Response:
    """An answer with status and headers.

    body: dict, list, number, bool (JSON), str (HTML), bytes, or a generator that yields str and bytes.
    headers: dict or list of (name, value). type: the Content-Type. length: of what a generator yields in all.

        return Response("gone", 410, {"Cache-Control": "no-store"}, type="text/plain")
    """

    length = None  # of a streamed body; None: not known
    streams = False
    takeover = None  # what owns the connection behind this answer

    def __init__(self, body=b"", status=200, headers=None, type=None):
        if not 200 <= status <= 599:
            raise ValueError("status %r: takes 200 to 599" % (status,))
        self.status = status
        self.headers = []
        self.type = type
        if headers:
            for name, value in headers.items() if isinstance(headers, dict) else headers:
                self.add(name, value)
        if isinstance(body, str):
            body = body.encode()
            type = "text/html; charset=utf-8"
        elif isinstance(body, (dict, list, int, float)):  # a bool is an int
            body = dumps(body).encode()
            type = "application/json"
        elif body is None:
            body = b""
        elif isinstance(body, (bytes, bytearray, memoryview)):
            type = "application/octet-stream"
        elif hasattr(body, "send") or hasattr(body, "asend"):
            self.streams = True
            type = "text/html; charset=utf-8"
        else:
            raise TypeError("answer %r: takes dict, list, str, bytes, tuple, Response, generator" % (body,))
        self.body = body
        if not self.type and (self.streams or body):
            self.type = type

    def add(self, name, value):
        """Add a header line."""
        if name.lower() == "content-type":
            self.type = value
        else:
            self.headers.append((name, value))

    def set(self, name, value):
        """Set a header in place of those of the same name."""
        low = name.lower()
        self.headers = [pair for pair in self.headers if pair[0].lower() != low]
        self.add(name, value)

    def set_cookie(self, name, value, path="/", max_age=None, http_only=True, same_site="Lax", secure=False):
        """Set a cookie: RFC 6265 section 4.1. max_age: seconds; 0 takes it back. secure: only over TLS."""
        from .cookies import cookie

        self.add("Set-Cookie", cookie(name, value, path, max_age, http_only, same_site, secure))

    def head(self, request, length, keep):
        """The head as bytes, with the empty line. length: of the body in bytes, None: not known."""
        status = self.status
        line = b"HTTP/1.1 200 OK\r\n"
        if status != 200:
            from .reasons import reason

            line = b"HTTP/1.1 %d %s\r\n" % (status, reason(status))
        parts = [line, request.site.date()]
        if self.type:
            parts.append(_line("Content-Type", self.type))
        if status == 101:
            keep = request.minor = 1
        elif length is None:
            if request.minor and status != 204 and status != 304:
                parts.append(b"Transfer-Encoding: chunked\r\n")
        elif status != 204 and status != 304:
            parts.append(b"Content-Length: %d\r\n" % length)
        if not keep:
            parts.append(b"Connection: close\r\n")
        elif not request.minor:
            parts.append(b"Connection: keep-alive\r\n")
        for name, value in self.headers:
            parts.append(_line(name, value))
        parts.append(b"\r\n")
        return b"".join(parts)


def _line(name, value):
    text = "%s: %s\r\n" % (name, value)
    if text.count("\n") + text.count("\r") != 2:
        raise ValueError("header %r: takes one line" % text)
    return text.encode()


def respond(answer):
    """A Response for what a handler returned."""
    if hasattr(answer, "takeover"):  # a Response, maybe of a class that was loaded before
        return answer
    if isinstance(answer, tuple):
        return Response(*answer)
    if answer is None:
        return Response(b"", 204)
    return Response(answer)


def redirect(location, status=302):
    """An answer that sends the client to `location`, a path or URL: `return redirect("/login")`.

    Source: RFC 9110 section 15.4.
    """
    return Response(b"", status, [("Location", location)])


def reply(conn, request, answer):
    """Send what a handler returned or raised; a generator.

    It gives True when the connection is kept, or a generator that owns it from here on. MemoryError: it was cut off.

    request: None when it was not understood.
    """
    http.replies += 1
    try:
        if isinstance(answer, MemoryError):
            http.relieve()
            if request and request.method in ("GET", "HEAD") and not conn.left:
                try:
                    answer = conn.site.find(request)
                except Exception as error:
                    answer = error
        return (yield from _reply(conn, request, answer))
    finally:
        http.replies -= 1
        if mem_free() < _SHORT:
            http.relieve()


def _reply(conn, request, answer):
    more = conn.left
    if request is None or more and isinstance(answer, HttpError):
        if isinstance(answer, HttpError) and not answer.args:  # timed out
            if conn.idle:
                return False
            answer = HttpError(408)
        if request is None:
            request = Request(conn, b"", 0)
            request.method = "GET"
            request.path = ""
            more = isinstance(answer, HttpError) and answer.args[0] in (414, 431)
        request.hold = False
    try:
        response = respond_to(request, answer)
    except MemoryError as error:  # not even for what went before
        http.relieve()
        response = respond_to(request, error)
    if response.streams:
        from .stream import stream

        response = yield from stream(conn, request, response)
    if response:
        if conn.left:
            request.hold = False  # the rest of the body stands in the way of the next request
        out = whole(request, response)
        conn.wait(conn.site.write_ms)
        conn.begun = True
        yield out
        body = response.body
        if request.method != "HEAD" and hasattr(body, "pieces") and _in_pieces(request, body):
            if (yield from body.pieces(request)):
                return False
        if response.takeover and request.method != "HEAD":
            return response.takeover.steps(conn)
    conn.begun = False
    if not request.hold and (conn.left or more) and not request.expects:
        yield from linger(conn)
    return request.hold


def respond_to(request, answer):
    """The Response for what a handler returned or raised, behind all filters unless it streams."""
    try:
        if isinstance(answer, Exception):
            raise answer
        if hasattr(answer, "upgrade"):
            from .takeover import Takeover

            response = Response(b"", 200, answer.upgrade(request))
            response.status = 101
            response.takeover = Takeover(answer)
        else:
            response = respond(answer)
            if request.type and response is not answer:
                response.type = str(request.type, "utf-8")
            if response.streams:
                return response
    except Exception as error:
        response = _failure(request, error)
    try:
        return after(request, response)
    except Exception as error:
        return _failure(request, error)


def _failure(request, error):
    from .failure import failure

    return failure(request.site, request, error)


def after(request, response):
    """The response behind the filters, in reverse order."""
    for one in reversed(request.site.filters):
        after = getattr(one, "after", None)
        response = after and after(request, response) or response
    return response


def whole(request, response):
    """A response that does not stream as bytes."""
    body = response.body
    pieces = hasattr(body, "pieces")
    length = body.length if pieces else len(body)
    if response.takeover and response.status != 101:  # it lasts as long as the connection
        request.hold = False
        length = None
    if length is None and not request.minor:
        request.hold = False
    try:
        head = response.head(request, length, request.hold)
    except (ValueError, TypeError) as error:  # a header of more than one line
        response = _failure(request, error)
        response.takeover = None
        pieces = False
        body = response.body
        head = response.head(request, len(body), request.hold)
    if request.method == "HEAD" or length == 0 or response.status in (204, 304):
        return head
    if pieces:  # a small file goes out with its head
        if _in_pieces(request, body):
            return head
        body = body.read()
    return b"".join((head, body if isinstance(body, bytes) else bytes(body)))


def _in_pieces(request, body):
    return body.length is None or body.length > request.site.read_bytes


def linger(conn):
    """Let a client that still sends read the answer before the socket is closed: RFC 9112 section 9.6."""
    conn.data = b""
    conn.wait(conn.site.linger_ms)
    try:
        while (yield READ):
            pass
    except HttpError:  # timed out
        pass


def dumps(value):
    """`json.dumps`, with null for NaN and infinity, which JSON does not know: RFC 8259 section 6."""
    text = _dumps(value)
    if "nan" in text or "inf" in text:  # which may also stand in a word
        text = _dumps(_finite(value))
    return text


def _finite(value):
    if isinstance(value, float) and value - value != 0:
        return None
    if isinstance(value, dict):
        return {key: _finite(value[key]) for key in value}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
