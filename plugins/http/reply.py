"""Sending an answer that is not plain: a Response, a stream, a failure, another protocol."""

from .connection import READ
from .request import HttpError, Request, TimedOut
from .response import failed, respond_to

_REPEATABLE = ("GET", "HEAD", "PUT", "DELETE")  # done twice is done once: RFC 9110 section 9.2.2


def reply(conn, request, answer):
    """Send what a handler returned or raised; a generator.

    request: None when it was not understood. It returns True when the connection is kept, or a generator that owns
    it from here on. MemoryError: it was cut off.
    """
    rest = conn.left
    if request is None or rest and isinstance(answer, (HttpError, TimedOut)):
        if isinstance(answer, TimedOut) and (conn.idle or request is None and not conn.data):
            return False
        if request is None:
            request = Request(conn, b"", 0)
            request.method = "GET"
            request.path = ""
            rest = isinstance(answer, HttpError) and answer.status in (414, 431)
        request.hold = False
    if isinstance(answer, MemoryError) and request.path and request.method in _REPEATABLE and not conn.left:
        answer = _again(conn.site, request, answer)
    try:
        response = respond_to(request, answer)
    except MemoryError as error:  # not even for what went before
        conn.site.relieve()
        response = respond_to(request, error)
    if response.streams:
        from .stream import stream

        response = yield from stream(conn, request, response)
    if response:
        if conn.left:
            request.hold = False  # the rest of the body stands in the way of the next request
        out, body = _framed(request, response)
        conn.wait(conn.site.write_ms)
        conn.begun = True
        yield out
        if hasattr(body, "pieces"):
            if (yield from body.pieces(request)):
                return False
        elif body:
            conn.wait(conn.site.write_ms)
            yield body
        if response.takeover and request.method != "HEAD":
            return response.takeover.steps(conn)
    conn.begun = False
    if not request.hold and (conn.left or rest) and not request.expects:
        yield from linger(conn)
    return request.hold


def _again(site, request, error):
    """Return what a site answers when it is asked once more, after memory was given back."""
    site.relieve()
    try:
        answer = site.admit(request)  # it may be what there was no memory for
        return site.find(request) if answer is None else answer
    except KeyboardInterrupt:
        raise
    except BaseException as again:
        return again


def _framed(request, response):
    """Return what goes out first of a response that does not stream, and what goes out after that."""
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
        response = failed(request, error)
        response.takeover = None
        pieces = False
        body = response.body
        length = len(body)
        head = response.head(request, length, request.hold)
    if request.method == "HEAD" or length == 0 or response.status in (204, 304):
        return head, None
    if pieces:
        length = body.length
    # In one piece with its head a large one would need twice the room.
    if length is None or length > request.site.read_bytes:
        return head, body
    try:
        whole = body.read() if pieces else body
        return b"".join((head, whole if isinstance(whole, bytes) else bytes(whole))), None
    except MemoryError:  # there is room, but in pieces
        return head, body


def linger(conn):
    """Let a client that still sends read the answer before the socket is closed: RFC 9112 section 9.6."""
    conn.data = b""
    conn.wait(conn.site.linger_ms)
    try:
        while (yield READ):
            pass
    except TimedOut:
        pass
