"""Differences of CPython: ticks, methods that are there from the start, the kernel's place in an asyncio loop."""

from time import monotonic, sleep

# The same period as on a 32-bit device, so that the wrap is met here too.
_PERIOD = 1 << 30
_HALF = _PERIOD >> 1


def const(value):
    """Return `value`: MicroPython's compiler puts it in the place of the name."""
    return value


def ticks_ms():
    """Return the current tick in ms, from 0 to 2**30 - 1, then 0 again."""
    return int(monotonic() * 1000) & (_PERIOD - 1)


def ticks_add(ticks, delta):
    """Return the tick `delta` ms after (or, negative, before) `ticks`."""
    return (ticks + delta) & (_PERIOD - 1)


def ticks_diff(end, start):
    """Return the ms from `start` to `end`, negative when `end` is earlier; exact within 6.2 days."""
    return ((end - start + _HALF) & (_PERIOD - 1)) - _HALF


def sleep_ms(ms):
    """Sleep for `ms` milliseconds."""
    sleep(ms / 1000)


def take_in(owner):
    """Give the class `owner` its methods of other files: a PC has the memory."""
    from .lazy import load
    from .lookup import METHODS

    for line in METHODS[owner.__name__]:
        words = line.split()
        for name in words[1:]:
            setattr(owner, name, getattr(load("modcore." + words[0]), name))


def host_aio(base):
    """Return the class `Aio` of aio.py (`base`) for the asyncio of CPython."""
    import asyncio
    from _thread import get_ident
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
