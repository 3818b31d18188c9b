"""Deadlines, however far away."""

from . import ticks


class Deadline:
    """A moment `ms` milliseconds from now, however far away; ticks alone tell 6.2 days at most.

    Look at it at least once in 6 days.

        end = Deadline(7 * 86400 * 1000)
        end.left_ms()       # 604800000, later less, 0 when it has passed
    """

    def __init__(self, ms):
        self._left = max(0, int(ms))
        self._tick = ticks.ticks_ms()

    def left_ms(self):
        """Return the milliseconds until then, 0 when it has passed."""
        if self._left:
            now = ticks.ticks_ms()
            self._left = max(0, self._left - ticks.ticks_diff(now, self._tick))
            self._tick = now
        return self._left

    def passed(self):
        """Tell whether it has passed."""
        return self.left_ms() == 0
