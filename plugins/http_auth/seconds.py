"""Seconds that only ever go on: neither setting the clock nor the wrap of the ticks moves them."""

from plugins.http.ticks import ticks_diff, ticks_ms


class Seconds:
    """A clock for things that expire. It has to be read once in 12 days, or it goes slow.

    seconds = Seconds()
    seconds.now()       # 0, and later 1
    """

    def __init__(self):
        self._seconds = 0
        self._rest_ms = 0
        self._tick = ticks_ms()

    def now(self):
        """Seconds since this was made."""
        tick = ticks_ms()
        passed_ms = ticks_diff(tick, self._tick)
        if passed_ms < 0:  # between 6 and 12 days
            passed_ms = 1 << 29
        self._tick = tick
        self._rest_ms += passed_ms
        self._seconds += self._rest_ms // 1000
        self._rest_ms %= 1000
        return self._seconds
