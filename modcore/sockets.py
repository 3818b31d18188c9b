"""Watched sockets: one poll in which an idle kernel sleeps, and which survives a full memory.

MicroPython's `poll.register` that raises half way, for want of memory or because the object is not a stream, leaves an
entry behind that crashes the next `poll()` (extmod/modselect.c: "this case is not handled"). So a poll object in which
that may have happened is never used again: another one takes its place, with all that is registered. plugins/fiber has
its own.
"""

import gc
import select
import sys

from . import ticks

_CPYTHON = sys.implementation.name == "cpython"  # whose poll answers with file descriptors


def watch(module, sock, flags, handler):
    """Call `handler(sock, events)` while `sock` is ready; flags: select.POLLIN, POLLOUT or both."""
    kernel = module.kernel
    if kernel.bus.thread is not None:
        kernel.check_thread()
    if not callable(handler):
        raise TypeError("%s: watch: %r: takes a function of socket and events" % (module.id, handler))
    sockets(kernel).watch(sock, flags, handler, module)


def unwatch(module, sock):
    """End `watch(sock)`; one that is not watched is not an error. Call it before the socket is closed."""
    if module.kernel._sockets:
        module.kernel._sockets.unwatch(sock)


def sockets(kernel):
    """Return the watched sockets, whose `watch` and `unwatch` a loop beside the kernel's may use too."""
    if not kernel._sockets:
        kernel._sockets = Sockets(kernel)
    return kernel._sockets


class Sockets:
    """The sockets that modules watch."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.entries = {}  # file descriptor or id -> [socket, handler, owner, flags]
        self._poll = None
        self._wait = None

    def watch(self, sock, flags, handler, owner):
        """Call `handler(sock, events)` while `sock` is ready for `flags`.

        It is not watched when this raises MemoryError, or, for what can't be watched, OSError or AttributeError.
        """
        key = sock.fileno() if _CPYTHON else id(sock)
        entry = self.entries.get(key)
        if entry:
            if entry[0] is sock and entry[3] == flags:
                entry[1] = handler
                return
            self.unwatch(entry[0])
        if not self._poll and not self._renew():
            raise MemoryError
        self.entries[key] = [sock, handler, owner, flags]
        try:
            self._poll.register(key if _CPYTHON else sock, flags)
        except BaseException:
            self._poll = self._wait = None
            del self.entries[key]
            raise
        if self.kernel._aio:
            try:
                self.kernel._aio.watch(sock, flags)
            except MemoryError:
                self.unwatch(sock)
                raise

    def unwatch(self, sock):
        """End `watch(sock)`; one that is not watched is not an error."""
        for key, entry in self.entries.items():
            if entry[0] is sock:
                del self.entries[key]
                self._forget(key if _CPYTHON else sock)
                if self.kernel._aio:
                    self.kernel._aio.unwatch(sock, key)
                return

    def drop(self, owner):
        """End every watch of `owner`."""
        for entry in list(self.entries.values()):
            if entry[2] is owner:
                self.unwatch(entry[0])

    def dispatch(self, ms):
        """Wait up to `ms` for sockets and call the handlers of those that are ready.

        Nothing is ready while there is no memory for a poll object.
        """
        if not self._poll and not self._renew():
            ticks.sleep_ms(ms)
            return
        ready = None
        try:
            for item in self._wait(ms):
                # The iterator may not be used again inside: collect first.
                if ready is None:
                    ready = [(item[0], item[1])]
                else:
                    ready.append((item[0], item[1]))
        except MemoryError:  # they are still ready in the next turn
            self.kernel.relieve()
        if ready:
            for sock, events in ready:
                entry = self.entries.get(sock if _CPYTHON else id(sock))
                if entry:
                    begin = ticks.ticks_ms()
                    try:
                        entry[1](entry[0], events)
                    except BaseException as error:
                        self.kernel.fault(entry[2], error)
                    self.kernel._time(entry[2], begin)
                else:  # closed without unwatch, or by the handler of another one just now
                    self._forget(sock)

    def _forget(self, sock):
        # sock: as poll knows it
        if self._poll:
            try:
                self._poll.unregister(sock)
            except (KeyError, OSError, ValueError):
                pass  # closed before

    def _renew(self):
        gc.collect()
        try:
            poll = select.poll()
            for key, entry in self.entries.items():
                try:
                    poll.register(key if _CPYTHON else entry[0], entry[3])
                except (OSError, ValueError):  # closed without being unwatched
                    del self.entries[key]
                    return self._renew()
            self._wait = getattr(poll, "ipoll", poll.poll)  # ipoll allocates nothing
            self._poll = poll
            return True
        except MemoryError:
            return False
