"""What is different on CPython."""

from _thread import get_ident
from collections import deque as _deque


class deque(_deque):
    """A deque that raises IndexError when it is full, as MicroPython's does with the flag 1."""

    def __init__(self, items, maxlen, flags):
        super().__init__(items)
        self._maxlen = maxlen

    def append(self, item):
        """Add `item` at the right end."""
        if len(self) >= self._maxlen:
            raise IndexError("full")
        super().append(item)


def host_aio(base):
    """The class `Aio` of aio.py (`base`) for the asyncio of CPython."""
    import asyncio
    from select import POLLIN, POLLOUT

    class HostAio(base):
        """The kernel's sleep is a future here, and the loop itself watches sockets."""

        def watch(self, sock, flags):
            loop = asyncio.get_running_loop()
            if flags & POLLIN:
                loop.add_reader(sock, self.wake)
            if flags & POLLOUT:
                loop.add_writer(sock, self.wake)

        def unwatch(self, sock, key):
            loop = asyncio.get_running_loop()
            loop.remove_reader(key)
            loop.remove_writer(key)

        def wake(self):
            sleeping = self._sleeping
            if sleeping and get_ident() == self._thread and not sleeping.done():
                sleeping.set_result(None)

        async def sleep(self, ms):
            if ms <= 0:
                await asyncio.sleep(0)
                return
            loop = asyncio.get_running_loop()
            self._sleeping = loop.create_future()
            timer = loop.call_later(min(ms, 50) / 1000, self.wake)
            try:
                await self._sleeping
            finally:
                self._sleeping = None
                timer.cancel()

    return HostAio
