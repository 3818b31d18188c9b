"""Millisecond ticks that wrap, on both runtimes: what `time` has on MicroPython.

The kernel and its timers read `ticks.ticks_ms`; `wind` lets time pass for them without waiting for it.
"""

try:
    from time import sleep_ms, ticks_add, ticks_diff, ticks_ms
except ImportError:
    from .cpython import sleep_ms, ticks_add, ticks_diff, ticks_ms  # noqa: F401


def wind(ms):
    """Let the kernel's time be `ms` milliseconds later, for tests: timers, loops and fibers follow.

    ms: at most 3 days at once.

        wind(60000)
        kernel.step()       # calls what is due within the minute
    """
    global ticks_ms, _real_ms, _wound_ms
    if ticks_ms is not _ticks_ms:
        _real_ms = ticks_ms
        ticks_ms = _ticks_ms
        _wound_ms = 0
    _wound_ms = ticks_diff(ticks_add(ticks_add(0, _wound_ms), ms), 0)


def _ticks_ms():
    return ticks_add(_real_ms(), _wound_ms)


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
        """Return the milliseconds until then, 0 when it has passed."""
        if self._left:
            now = ticks_ms()
            self._left = max(0, self._left - ticks_diff(now, self._tick))
            self._tick = now
        return self._left

    def passed(self):
        """Whether it has passed."""
        return self.left_ms() == 0
