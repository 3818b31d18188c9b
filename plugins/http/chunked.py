"""Bodies in chunks: RFC 9112 section 7.1."""

from .request import HttpError

_HEX = b"0123456789abcdefABCDEF"
_TOKEN = b"-eatoinsrhldcumpfgwybvkxjqzETAOINSRHLDCUMPFGWYBVKXJQZ0123456789_!#$%&'*+.^`|~"


class Chunks:
    """Decodes the chunked body that arrives on a connection."""

    def __init__(self, conn):
        self._conn = conn
        self._size = 0  # bytes left in this chunk
        self._total = 0

    def read(self, n):
        """Give at most `n` bytes, b"" at the end of the body; a generator. HttpError 400, 413, 431."""
        conn = self._conn
        if not self._size:
            self._size = _size((yield from self._line()))
            self._total += self._size
            if self._total > conn.site.upload_bytes:
                raise HttpError(413)
            if not self._size:
                yield from self._trailers()
                conn.left = 0
                return b""
        if not conn.data:
            yield from self._more()
        data = conn.data
        piece = data[: min(n, self._size)]
        conn.data = data[len(piece) :]
        self._size -= len(piece)
        if not self._size:
            while len(conn.data) < 2:
                yield from self._more()
            if conn.data[:2] != b"\r\n":
                raise HttpError(400, "chunk: longer than its size")
            conn.data = conn.data[2:]
        return piece

    def _more(self):
        from .body import more

        yield from more(self._conn)

    def _line(self):
        conn = self._conn
        limit = conn.site.line_bytes
        while True:
            data = conn.data
            end = data.find(b"\r\n")
            if end >= 0 or len(data) > limit:
                line = data[:end]
                if end < 0 or end > limit:
                    raise HttpError(400, "chunk: line too long")
                if line and (min(line.replace(b"\t", b" ")) < 32 or b"\x7f" in line):
                    raise HttpError(400, "chunk: control character")
                conn.data = data[end + 2 :]
                return line
            if data.find(b"\n") >= 0:
                raise HttpError(400, "chunk: line without CR")
            yield from self._more()

    def _trailers(self):
        """Read the trailer fields and drop them: no handler of ours takes any."""
        size = 0
        while True:
            line = yield from self._line()
            if not line:
                return
            size += len(line)
            if size > self._conn.site.head_bytes:
                raise HttpError(431, "trailers too large")
            colon = line.find(b":")
            if colon < 1 or line[:colon].lstrip(_TOKEN):
                raise HttpError(400, "trailer line without a name")


def _size(line):
    digits, extends, extension = line.partition(b";")
    if extends:
        digits = digits.rstrip(b" \t")
        while extends:
            extends, extension = _extension(extension)
    if not digits or digits.lstrip(_HEX) or len(digits) > 16:
        raise HttpError(400, "chunk: size takes hexadecimal digits")
    return int(digits, 16)


def _extension(text):
    """Check one extension of a chunk and give what stands after it: RFC 9112 section 7.1.1."""
    rest = _token(text.lstrip(b" \t")).lstrip(b" \t")
    if rest[:1] == b"=":
        rest = rest[1:].lstrip(b" \t")
        if rest[:1] == b'"':
            at = 1
            while rest[at : at + 1] != b'"':
                at += 2 if rest[at : at + 1] == b"\\" else 1
                if at >= len(rest):
                    raise HttpError(400, "chunk: invalid extension")
            rest = rest[at + 1 :].lstrip(b" \t")
        else:
            rest = _token(rest).lstrip(b" \t")
    if rest and rest[:1] != b";":
        raise HttpError(400, "chunk: invalid extension")
    return rest[:1], rest[1:]


def _token(text):
    """Return what stands after a token that is not empty."""
    rest = text.lstrip(_TOKEN)
    if len(rest) == len(text):
        raise HttpError(400, "chunk: invalid extension")
    return rest
