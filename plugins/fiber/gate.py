"""A place where fibers wait for a socket: one may wait to read while another waits to write."""

from select import POLLIN, POLLOUT


class Gate:
    """Waits for one socket, without allocating once it is known to the poll.

    loop: the Loop whose poll is used. close() it before the socket is closed.

        gate = Gate(loop, sock)
        yield gate.readable()       # or gate.writable()
    """

    def __init__(self, loop, sock):
        self.loop = loop
        self.sock = sock
        self._flags = 0  # what the poll knows
        self._wanted = POLLIN
        self._reader = self._writer = None
        self._handler = self._ready  # one bound method for all the watches to come

    def readable(self):
        """Return what to yield to wait until there is something to read, or the end."""
        self._wanted = POLLIN
        return self

    def writable(self):
        """Return what to yield to wait until there is room to write."""
        self._wanted = POLLOUT
        return self

    def close(self):
        """Forget the socket; a fiber that waits for it gets an OSError."""
        if self._flags:
            self._flags = 0
            self.loop.unwatch(self.sock)
        for fiber in (self._reader, self._writer):
            if fiber is not None:
                self.loop.wake(fiber, None, OSError("socket was closed"))
        self._reader = self._writer = None

    def park(self, fiber):
        """Let `fiber` wait; RuntimeError when another one waits for the same side already."""
        wanted = self._wanted
        if wanted == POLLIN:
            if self._reader is not None:
                raise RuntimeError("a fiber waits to read from this socket already")
            self._reader = fiber
        else:
            if self._writer is not None:
                raise RuntimeError("a fiber waits to write to this socket already")
            self._writer = fiber
        if not self._flags & wanted:
            self._flags |= wanted
            self.loop.watch(self.sock, self._flags, self._handler)

    def unpark(self, fiber):
        """`fiber` waits no longer."""
        if self._reader is fiber:
            self._reader = None
        else:
            self._writer = None

    def _ready(self, sock, events):
        # A hang-up or an error is for both sides: they find out what it is by reading or writing.
        if events & ~POLLOUT and self._reader is not None:
            fiber, self._reader = self._reader, None
            self.loop.wake(fiber)
            flags = self._flags & ~POLLOUT | POLLIN  # most likely it reads again: the poll keeps it
        else:
            flags = 0
        if events & ~POLLIN and self._writer is not None:
            fiber, self._writer = self._writer, None
            self.loop.wake(fiber)
        if self._reader is not None:
            flags |= POLLIN
        if self._writer is not None:
            flags |= POLLOUT
        if flags != self._flags:
            self._flags = flags
            if flags:
                self.loop.watch(self.sock, flags, self._handler)
            else:
                self.loop.unwatch(self.sock)
