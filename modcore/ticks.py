"""Millisecond ticks that wrap, on both runtimes: what `time` has on MicroPython."""

try:
    from time import sleep_ms, ticks_add, ticks_diff, ticks_ms
except ImportError:  # CPython: the same period as on a 32-bit device, so that the wrap is met there too
    from time import monotonic, sleep

    _PERIOD = 1 << 30
    _HALF = _PERIOD >> 1

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


class Deadline:
    """A moment `ms` milliseconds from now, however far away; ticks alone tell 6.2 days at most.

    Look at it at least once in 6 days.

        end = Deadline(7 * 86400 * 1000)
        end.left_ms()       # 604800000, later less, 0 when it has passed
    """

    def __init__(self, ms):
        self._left = max(0, int(ms))
        self._tick = ticks_ms()

    def left_ms(self):
        """Milliseconds until then, 0 when it has passed."""
        if self._left:
            now = ticks_ms()
            self._left = max(0, self._left - ticks_diff(now, self._tick))
            self._tick = now
        return self._left

    def passed(self):
        """Whether it has passed."""
        return self.left_ms() == 0
