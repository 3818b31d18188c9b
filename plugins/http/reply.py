"""Answers that are not plain: responses with status and headers, streams, failures, other protocols."""

from . import READ, HttpError, Request, relieve
from .response import Response, respond


def reply(conn, request, answer):
    """Send what a handler returned or raised; a generator.

    It gives True when the connection is kept, or a generator that owns it from here on.

    request: None when it was not understood.
    """
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
        relieve()
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
