"""A poll object that survives a full memory; the kernel watches its sockets with it. plugins/fiber has its own.

MicroPython's `poll.register` that raises half way, for want of memory or because the object is not a stream, leaves an
entry behind that crashes the next `poll()` (extmod/modselect.c: "this case is not handled"). So a poll object in which
that may have happened is never used again: another one takes its place, with all that is registered.
"""

import gc
import select
import sys

_CPYTHON = sys.implementation.name == "cpython"  # whose poll answers with file descriptors


class Poller:
    """Registers objects with `select.poll` and tells which are ready.

    poller = Poller()
    poller.register(sock, select.POLLIN)
    for sock, events, *_ in poller.ready(100):
        ...
    """

    def __init__(self):
        self._registered = []  # [object, what poll knows it by, flags]
        self._poll = None
        self._wait = None

    def register(self, obj, flags):
        """Watch `obj` for `flags`, select.POLLIN, POLLOUT or both.

        It is not watched when this raises MemoryError, or, for what can't be watched, OSError or AttributeError.
        """
        key = obj.fileno() if _CPYTHON else obj
        self.unregister(obj)
        if not self._poll and not self._renew():
            raise MemoryError
        self._registered.append((obj, key, flags))
        try:
            self._poll.register(key, flags)
        except BaseException:
            self._poll = self._wait = None
            self._registered.pop()
            raise

    def unregister(self, obj):
        """No longer watch `obj` (or what `ready` gave for it); one that is not watched is not an error."""
        for entry in self._registered:
            if entry[0] is obj or entry[1] == obj:
                self._registered.remove(entry)
                if self._poll:
                    try:
                        self._poll.unregister(entry[1])
                    except (KeyError, OSError, ValueError):
                        pass  # closed before
                return

    def ready(self, ms):
        """Wait up to `ms` milliseconds; an iterator of (object or its number, events), which takes no memory.

        Use it up before this is called again. Nothing is ready while there is no memory for a poll object.
        """
        if not self._poll and not self._renew():
            from .ticks import sleep_ms

            sleep_ms(ms)
            return ()
        return self._wait(ms)

    def _renew(self):
        gc.collect()
        try:
            poll = select.poll()
            for entry in self._registered:
                try:
                    poll.register(entry[1], entry[2])
                except (OSError, ValueError):  # closed without being unregistered
                    self._registered.remove(entry)
                    return self._renew()
            self._wait = getattr(poll, "ipoll", poll.poll)  # ipoll allocates nothing
            self._poll = poll
            return True
        except MemoryError:
            return False
