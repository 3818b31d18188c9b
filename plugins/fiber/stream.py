"""Streams: bytes in order, whatever pieces they come in; over a channel here, over a socket in sockets.py."""

from .channel import Channel, Closed


class Stream:
    """The reading side of a stream of bytes. All methods but `close` are used with `yield from`.

    line = yield from stream.readline()
    """

    def __init__(self):
        self._rest = b""
        self.ended = False  # the end has been seen: there is nothing but what is left in the buffer

    def _fill(self):
        """Get the next piece; b"" at the end. Given by the subclass."""
        raise NotImplementedError
        yield

    def _more(self):
        if not self.ended:
            piece = yield from self._fill()
            if piece:
                self._rest = self._rest + piece if self._rest else piece
                return True
            self.ended = True
        return False

    def _take(self, n):
        rest = self._rest
        if n >= len(rest):
            self._rest = b""
            return rest
        self._rest = rest[n:]
        return rest[:n]

    def read(self, n=-1):
        """At most `n` bytes, as soon as there are any; all up to the end without `n`; b"" at the end."""
        if n < 0:
            pieces = [self._rest]
            self._rest = b""
            while (yield from self._more()):
                pieces.append(self._rest)
                self._rest = b""
            return b"".join(pieces)
        if not self._rest:
            yield from self._more()
        return self._take(n)

    def readexactly(self, n):
        """Exactly `n` bytes. EOFError: the stream ended before; the bytes stay there for `read`."""
        while len(self._rest) < n:
            if not (yield from self._more()):
                raise EOFError("stream ended after %d of %d bytes" % (len(self._rest), n))
        return self._take(n)

    def readline(self, limit=1024):
        """A line with its newline, then b"" at the end. ValueError: longer than `limit` bytes."""
        start = 0
        while True:
            end = self._rest.find(b"\n", start)
            if end >= 0 and end < limit:
                return self._take(end + 1)
            if end >= 0 or len(self._rest) >= limit:
                raise ValueError("line is longer than %d bytes" % limit)
            start = len(self._rest)
            if not (yield from self._more()):
                return self._take(start)


class PipeReader(Stream):
    """The end of a `pipe` to read from."""

    def __init__(self, channel):
        Stream.__init__(self)
        self._channel = channel

    def _fill(self):
        try:
            return (yield self._channel.get())
        except Closed:
            return b""

    def close(self):
        """Hang up: what is on its way is lost, and the writer gets Closed."""
        self._channel.close()
        while self._channel.take():
            pass
        self.ended = True
        self._rest = b""


class PipeWriter:
    """The end of a `pipe` to write to."""

    def __init__(self, channel):
        self._channel = channel

    def write(self, data):
        """Send `data`; waits while the reader is behind. Closed: one of both sides has closed.

        yield from writer.write(b"21.5\n")
        """
        if data:  # an empty piece would look like the end
            yield self._channel.put(bytes(data))

    def close(self):
        """The end: the reader gets what has been written, then b""."""
        self._channel.close()


def pipe(capacity=4):
    """A reader and a writer that are the two ends of one stream; `capacity`: pieces on their way.

    reader, writer = pipe()
    """
    channel = Channel(capacity)
    return PipeReader(channel), PipeWriter(channel)
