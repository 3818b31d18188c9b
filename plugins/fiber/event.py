"""Events: fibers wait until something has happened, in the loop, in an interrupt or in another thread."""

import io
import sys
from select import POLLIN

_DEVICE = sys.implementation.name == "micropython"
_POLL = 3  # MP_STREAM_POLL of MicroPython's py/stream.h


class Event:
    """Set or not; `value = yield event` waits until it is set. For the loop's own thread.

    event.set(42)
    """

    def __init__(self):
        self.value = None
        self._set = False
        self._waiting = []

    def is_set(self):
        """Tell whether it is set."""
        return self._set

    def set(self, value=True):
        """Wake all fibers that wait; each one's `yield` returns `value`."""
        self.value = value
        self._set = True
        while self._waiting:
            fiber = self._waiting.pop(0)
            fiber.loop.wake(fiber, value)

    def clear(self):
        """Have fibers wait again."""
        self._set = False

    def park(self, fiber):
        """Let `fiber` wait."""
        if self._set:
            fiber.loop.wake(fiber, self.value)
        else:
            self._waiting.append(fiber)

    def unpark(self, fiber):
        """`fiber` waits no longer."""
        self._waiting.remove(fiber)


class _Waiter:
    """The loop's side of a Flag: the fiber that waits, and the loop whose poll knows the flag."""

    def __init__(self, flag):
        self.flag = flag
        self.fiber = None
        self.loop = None

    def park(self, fiber):
        if self.fiber is not None:
            raise RuntimeError("a fiber waits for this flag already")
        self.fiber = fiber
        if self.loop is None:
            self.loop = fiber.loop
            self.loop.watch(self.flag, POLLIN, self.ready)

    def ready(self, flag, events):
        fiber = self.fiber
        if fiber is None:
            self.leave()
        else:
            self.fiber = None
            flag.clear()
            fiber.loop.wake(fiber)

    def leave(self):
        if self.loop is not None:
            self.loop.unwatch(self.flag)
            self.loop = None


class Flag(io.IOBase):
    """Wakes one fiber from an interrupt or another thread: `set()` there, `yield flag` in the fiber.

    A set is remembered until a fiber has waited for it. On a device `set` allocates nothing.

        pin.irq(flag.set)
    """

    def __init__(self):
        self._set = 0
        self._waiter = _Waiter(self)
        self._pipe = None if _DEVICE else _socketpair()

    def set(self, source=None):
        """Wake the fiber that waits, or the next one that will; source: what an interrupt passes on."""
        self._set = 1
        if self._pipe:
            try:
                self._pipe[1].send(b"1")
            except BlockingIOError:
                pass  # it has been set a thousand times over

    def clear(self):
        """Forget a set that no fiber has waited for."""
        self._set = 0
        if self._pipe:
            try:
                while self._pipe[0].recv(512):
                    pass
            except BlockingIOError:
                pass

    def close(self):
        """Take the flag out of the poll; nobody may wait for it again."""
        self._waiter.leave()
        if self._pipe:
            self._pipe[0].close()
            self._pipe[1].close()

    def park(self, fiber):
        """Let `fiber` wait; RuntimeError when another one does already."""
        self._waiter.park(fiber)

    def unpark(self, fiber):
        """`fiber` waits no longer."""
        self._waiter.fiber = None

    def ioctl(self, request, flags):
        """MicroPython's poll asks here."""
        return self._set * flags if request == _POLL else -1

    def fileno(self):
        """CPython's poll looks at this socket."""
        return self._pipe[0].fileno()


def _socketpair():
    from socket import socketpair

    pair = socketpair()
    pair[0].setblocking(False)
    pair[1].setblocking(False)
    return pair
