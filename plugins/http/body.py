"""Request bodies: those that are kept in memory, and those that a handler reads piece by piece."""

import gc

from .connection import READ
from .origin import closed
from .request import HttpError
from .room import SMALL, leave

try:
    from micropython import const
except ImportError:  # CPython
    from .ticks import const

RARE = True  # only requests whose body did not come with their head

_LARGE = const(2048)  # bytes of a body for which a scattered heap may have no piece
_ROOMY = const(114688)  # bytes of a heap that has a piece to spare
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
    request.early = b""
    try:
        request.body = request.early = yield from _collect(request, limit)
    except MemoryError:
        # No MemoryError to the rest: the request would be tried again, and what has come of its body is gone.
        site.relieve()
        site.log("%s %s: no memory" % (request.method, request.path))
        closed(site)
    size = len(request.body)
    if size > _LARGE:
        site.lacks = max(site.lacks or 0, size)


def _collect(request, limit):
    """Give the whole body. HttpError 413, MemoryError."""
    pieces = []  # one piece that grows would need twice the room, in a row
    size = 0
    while True:
        piece = yield from read(request, limit + 1 - size)
        if not piece:
            return _whole(request.site, pieces)
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise HttpError(413)
        if size > SMALL:
            leave()


def _whole(site, pieces):
    """Return the pieces of a body as one; where no piece of memory is large enough, in the one that is set aside."""
    try:
        return b"".join(pieces)
    except MemoryError:
        site.relieve()
    try:
        return b"".join(pieces)
    except MemoryError:
        site.spare = None
        gc.collect()
    return b"".join(pieces)


def set_aside(site):
    """Keep a piece of memory for the next large body: a heap that was in use for days has no other of that size.

    Called when a large body has been answered, whose place it takes. A small heap can't spare it.
    """
    size, site.lacks = site.lacks, None
    if site.spare and len(site.spare) >= size:
        return
    gc.collect()
    if not hasattr(gc, "mem_free") or gc.mem_free() + gc.mem_alloc() < _ROOMY:
        return
    try:
        site.spare = bytearray(size + 1)  # one more, as bytes have it
    except MemoryError:  # when the next one has been answered
        pass


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
