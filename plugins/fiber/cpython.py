"""CPython's sockets with the `read` and `write` of MicroPython's, which tell without an exception."""

from ssl import SSLWantReadError, SSLWantWriteError

_NOT_NOW = (BlockingIOError, SSLWantReadError, SSLWantWriteError)


class Socket:
    """A non-blocking socket, plain or TLS."""

    def __init__(self, sock):
        self.sock = sock
        self.close = sock.close
        self.fileno = sock.fileno

    def read(self, size):
        """The bytes that have come, at most `size`; b"" at their end, None when there are none yet."""
        try:
            return self.sock.recv(size)
        except _NOT_NOW:
            return None

    def write(self, data):
        """Write what there is room for: the number of bytes, None when there is no room now."""
        try:
            return self.sock.send(data)
        except _NOT_NOW:
            return None
