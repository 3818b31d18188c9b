"""The poll of a loop that has no kernel: sockets and what else `select.poll` takes, each with a handler."""

import gc
import select
import sys

_by_fd = sys.implementation.name != "micropython"  # CPython's poll answers with file descriptors

_RESERVE_BYTES = 256


class Poller:
    """Calls the handlers of watched sockets; the same `watch` and `unwatch` as a kernel's module has."""

    def __init__(self):
        self._poll = select.poll()
        self._wait = self._poll.poll if _by_fd else self._poll.ipoll  # ipoll allocates nothing
        self._ready = []
        self._entries = {}  # file descriptor or socket -> [socket, handler, flags]
        self._reserve = bytearray(_RESERVE_BYTES)

    def watch(self, sock, flags, handler, owner=None):
        """Call `handler(sock, events)` from `wait()` while `sock` is ready; a second call replaces."""
        key = sock.fileno() if _by_fd else sock
        entry = self._entries.get(key)
        if entry is None:
            if self._reserve is None:
                self._reserve = bytearray(_RESERVE_BYTES)
            self._entries[key] = [sock, handler, flags]
            try:
                self._poll.register(key, flags)
            except MemoryError:
                # MicroPython's poll knows the socket by half now, and would crash at its next look (extmod/modselect.c:
                # "this case is not handled"). Registering it again fills that in, in the memory kept for this.
                self._reserve = None
                gc.collect()
                self._poll.register(key, flags)
                self.unwatch(sock)
                raise
            except BaseException:  # not a stream: what is left of it would crash the next look, too
                del self._entries[key]
                self._poll = select.poll()
                self._wait = self._poll.poll if _by_fd else self._poll.ipoll
                for known, entry in self._entries.items():
                    self._poll.register(known, entry[2])
                raise
        else:
            entry[0] = sock
            entry[1] = handler
            if entry[2] != flags:
                entry[2] = flags
                self._poll.modify(key, flags)

    def unwatch(self, sock):
        """End `watch(sock)`; one that is not watched is not an error. Call it before the socket is closed."""
        key = sock.fileno() if _by_fd else sock
        if self._entries.pop(key, None):
            self._poll.unregister(key)

    def wait(self, ms):
        """Sleep for at most `ms`, until a socket is ready; call the handlers of those that are."""
        ready = self._ready  # all before the first handler: that may watch and unwatch
        for item in self._wait(ms):
            ready.append(item[0])
            ready.append(item[1])
        while ready:
            events = ready.pop()
            entry = self._entries.get(ready.pop())
            if entry:
                entry[1](entry[0], events)
