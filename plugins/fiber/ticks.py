"""Millisecond ticks that wrap, as MicroPython's `time` has them; for CPython the same period as a board's.

modcore/cpython.py has the same: fibers run without modcore, so what CPython lacks stands here once more.
"""

try:
    from time import sleep_ms, ticks_add, ticks_diff, ticks_ms
except ImportError:  # CPython
    from time import monotonic, sleep

    _PERIOD = 1 << 30
    _HALF = _PERIOD >> 1

    def const(value):
        """Return what MicroPython's compiler puts in the place of a name that begins with _."""
        return value

    def ticks_ms():
        """The current tick in ms, from 0 to 2**30 - 1, then 0 again."""
        return int(monotonic() * 1000) & (_PERIOD - 1)

    def ticks_add(ticks, delta):
        """The tick `delta` ms after (or, negative, before) `ticks`."""
        return (ticks + delta) & (_PERIOD - 1)

    def ticks_diff(end, start):
        """The ms from `start` to `end`, negative when `end` is earlier; exact within 6.2 days."""
        return ((end - start + _HALF) & (_PERIOD - 1)) - _HALF

    def sleep_ms(ms):
        """Sleep for `ms` milliseconds."""
        sleep(ms / 1000)

    def loop_methods(loop):
        """Give the class Loop the methods that a board loads when they are called."""
        from .names import of_loop

        for name, function in of_loop().items():
            setattr(loop, name, function)
