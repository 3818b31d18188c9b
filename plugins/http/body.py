"""Request bodies: those that are kept in memory, and those that a handler reads piece by piece."""

from .connection import READ
from .request import HttpError

RARE = True  # only requests whose body did not come with their head

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def load(conn, request):
    """Read a body that fits in memory before the handler runs; a generator. HttpError 400, 413."""
    site = request.site
    limit = site.body_bytes
    if request.size > limit or request.size < 0:
        # Who reads it himself gets it at once: what has no length might be of any.
        if _streams(request):
            if request.size > site.upload_bytes:
                raise HttpError(413)
            request.streamed = True
            return
        if request.size > limit:
            raise HttpError(413)
    conn.wait(site.body_ms)
    if request.expects and not conn.data:
        request.expects = False
        yield _CONTINUE
    pieces = []  # one piece that grows would need twice the room, in a row
    size = 0
    request.early = b""
    while True:
        piece = yield from read(request, limit + 1 - size)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise HttpError(413)
    try:
        body = b"".join(pieces)
    except MemoryError:
        site.relieve()
        body = b"".join(pieces)
    request.body = request.early = body


def _streams(request):
    """Tell whether the handler reads the body itself."""
    for content in request.site.contents:
        if hasattr(content, "streams") and content.streams(request):
            return True
    return False


def reading(request, n):
    """An awaitable that `Request.read` gives: for `yield from` in a generator, for `await` in an async handler."""
    steps = read(request, n)
    driver = request.site.driver and request.site.driver()
    return driver.awaitable(request.conn, steps) if driver else steps


def read(request, n):
    """Give at most `n` bytes of the body, b"" at its end."""
    conn = request.conn
    if request.early is None and not request.streamed:
        request.early = request.body
    if request.early:
        piece = bytes(request.early[:n])
        request.early = request.early[n:]
        return piece
    if conn.left < 0:
        if request.chunks is None:
            from .chunked import Chunks

            request.chunks = Chunks(conn)
        return (yield from request.chunks.read(n))
    if not conn.left:
        return b""
    if not conn.data:
        yield from more(conn)
    data = conn.data
    piece = data[: min(n, conn.left)]
    conn.data = data[len(piece) :]
    conn.left -= len(piece)
    return piece


def more(conn):
    """Wait for more bytes. HttpError 400: there will be none."""
    got = yield READ
    if not got:
        raise HttpError(400, "body cut short")
    conn.data = conn.data + bytes(got)
