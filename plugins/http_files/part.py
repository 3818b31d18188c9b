"""Part: the body of an answer out of a file."""

import gc


class Part:
    """The body of an answer: `length` bytes of a file from `start`."""

    def __init__(self, path, start, length):
        self.path = path
        self.start = start
        self.length = length

    def read(self):
        """All of it as bytes."""
        with open(self.path, "rb") as file:
            file.seek(self.start)
            return file.read(self.length)

    def pieces(self, request):
        """Yield it piece by piece, in one buffer; returns how many bytes were missing in the end."""
        left = self.length
        conn = request.conn
        ms = conn.site.write_ms
        size = min(left, conn.site.file_bytes)
        if hasattr(gc, "mem_free"):
            while size > 512 and gc.mem_free() < 8 * size:  # others want to live too
                size //= 2
        while True:
            try:
                buffer = bytearray(size)
                break
            except MemoryError:  # free, but in pieces
                if size < 256:
                    raise
                size //= 2
        view = memoryview(buffer)
        count = 0
        with open(self.path, "rb") as file:
            file.seek(self.start)
            while left > 0:
                got = file.readinto(buffer)
                if not got:
                    break
                if got > left:
                    got = left
                left -= got
                conn.wait(ms)
                yield view[:got]
                count += 1
                if not count & 63:  # a client that takes all at once keeps nobody else waiting
                    conn.due = None
                    yield None
        return left
