"""Streams over non-blocking sockets, and connecting one."""

import errno
import socket

from .gate import Gate
from .stream import Stream

if hasattr(socket.socket, "recv_into"):  # CPython
    from .cpython import Socket
else:

    def Socket(sock):  # a device's has all that is needed
        return sock


# EISCONN of Linux, of macOS, and of lwIP on devices; MicroPython's errno does not have it.
_IS_CONNECTED = (106, 56, 127)


class SocketStream(Stream):
    """Reads and writes a socket in fibers: one may read while another writes.

    sock: a connected socket, plain or TLS; it is made non-blocking. size: bytes read at once.

        stream = SocketStream(loop, sock)
        line = yield from stream.readline()
    """

    def __init__(self, loop, sock, size=256):
        Stream.__init__(self)
        sock.setblocking(False)
        self.sock = Socket(sock)
        self._gate = Gate(loop, self.sock)
        self._size = size

    def _fill(self):
        while True:
            piece = self.sock.read(self._size)
            if piece is not None:
                return piece
            yield self._gate.readable()

    def write(self, data):
        """Send all of `data`; waits while the other side is behind. OSError: it hung up."""
        left = memoryview(data)
        while len(left):
            n = self.sock.write(left)
            if n is None:
                yield self._gate.writable()
            else:
                left = left[n:]

    def close(self):
        """Close the socket; a fiber that waits for it gets an OSError."""
        self._gate.close()
        self.sock.close()


def connect(loop, host, port):
    """Connect to a TCP server and return the SocketStream. OSError: it can't be reached.

    stream = yield from loop.within(5000, loop.spawn(connect(loop, "192.168.1.9", 7)))
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
    sock = socket.socket(family, kind, protocol)
    gate = Gate(loop, sock)
    try:
        sock.setblocking(False)
        try:
            sock.connect(address)
        except OSError as error:
            if error.errno != errno.EINPROGRESS:
                raise
            yield gate.writable()
        _check(sock, address)
    except BaseException:
        gate.close()
        sock.close()
        raise
    gate.close()
    return SocketStream(loop, sock)


def _check(sock, address):
    # A second connect() tells what became of the first: done, or why not. SO_ERROR is missing on some ports.
    try:
        sock.connect(address)
    except OSError as error:
        if error.errno not in _IS_CONNECTED:
            raise
