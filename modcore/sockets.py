"""Watched sockets: one poll in which an idle kernel sleeps."""

import select
import sys

# Whose poll answers with file descriptors.
cpython = sys.implementation.name == "cpython"


class Sockets:
    """The sockets that modules watch."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.poll = select.poll()
        self.ipoll = getattr(self.poll, "ipoll", self.poll.poll)  # ipoll allocates nothing
        self.entries = {}  # file descriptor or id -> [socket, handler, owner, flags]

    def watch(self, sock, flags, handler, owner):
        """Call `handler(sock, events)` while `sock` is ready for `flags`."""
        key = sock.fileno() if cpython else id(sock)
        entry = self.entries.get(key)
        if entry:
            if entry[0] is sock and entry[3] == flags:
                entry[1] = handler
                return
            self.unwatch(entry[0])
        self.entries[key] = [sock, handler, owner, flags]
        self.poll.register(sock, flags)
        if self.kernel._aio:
            self.kernel._aio.watch(sock, flags)

    def unwatch(self, sock):
        """End `watch(sock)`."""
        for key, entry in self.entries.items():
            if entry[0] is sock:
                del self.entries[key]
                try:
                    self.poll.unregister(key if cpython else sock)
                except (KeyError, OSError, ValueError):
                    pass  # closed before
                if self.kernel._aio:
                    self.kernel._aio.unwatch(sock, key)
                return

    def drop(self, owner):
        """End every watch of `owner`."""
        for entry in list(self.entries.values()):
            if entry[2] is owner:
                self.unwatch(entry[0])

    def dispatch(self, ms):
        """Wait up to `ms` for sockets and call the handlers of those that are ready."""
        ready = None
        for item in self.ipoll(ms):
            # The iterator of ipoll may not be used again inside: collect first when there is more than one.
            if ready is None:
                ready = [(item[0], item[1])]
            else:
                ready.append((item[0], item[1]))
        if ready:
            for sock, events in ready:
                entry = self.entries.get(sock if cpython else id(sock))
                if not entry:  # closed without unwatch
                    try:
                        self.poll.unregister(sock)
                    except KeyError:  # or by the handler of another one just now
                        pass
                else:
                    try:
                        entry[1](entry[0], events)
                    except Exception as error:
                        self.kernel.fault(entry[2], error)


def watch(aio, sock, flags):
    """Wake the kernel, which sleeps in asyncio, while `sock` is ready. MicroPython's way; CPython's is in host.py."""
    import asyncio

    aio._watches[id(sock)] = tasks = []
    for flag, queue in ((1, "queue_read"), (4, "queue_write")):  # select.POLLIN, POLLOUT
        if flags & flag:
            tasks.append(asyncio.create_task(_wake_on(aio, queue, sock)))


def unwatch(aio, sock, key):
    """End `watch(sock)`; key: its id."""
    for task in aio._watches.pop(key, ()):
        task.cancel()


def _wake_on(aio, queue, sock):
    # A generator is a coroutine on MicroPython.
    import asyncio

    while True:
        yield getattr(asyncio.core._io_queue, queue)(sock)
        aio.wake()
        yield from asyncio.sleep_ms(0)
