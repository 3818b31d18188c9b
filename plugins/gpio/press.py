"""Press: tells clicks, double clicks and long presses from the times at which a button goes down and up."""

from modcore.ticks import ticks_diff, ticks_ms


class Press:
    """Calls `happens(name)` with press, release, click, double or long.

    long_ms: held so long it is `long`, at that moment. double_ms: a second press so soon after a release makes
    it `double`, at once; without one the first was a `click`, told when that time is over.
    """

    def __init__(self, long_ms, double_ms, happens):
        self.long_ms = long_ms
        self.double_ms = double_ms
        self.happens = happens
        self.down = None  # the tick of the press that lasts
        self.up = None  # the tick of a release that may yet become a double click
        self.plain = False  # the press that lasts is neither long nor a second one

    def pressed(self, tick):
        """It went down at `tick`."""
        self._tell_click(tick)
        self.happens("press")
        self.down = tick
        self.plain = self.up is None
        if not self.plain:
            self.up = None
            self.happens("double")

    def released(self, tick):
        """It went up at `tick`."""
        self._tell_long(tick)
        self.happens("release")
        self.down = None
        if self.plain:
            self.plain = False
            self.up = tick

    def turn(self):
        """Tell what is due now; returns the ms until something may be, or None."""
        now = ticks_ms()
        self._tell_long(now)
        self._tell_click(now)
        if self.up is not None:
            return max(1, self.double_ms - ticks_diff(now, self.up))
        if self.down is not None and self.plain:
            return max(1, self.long_ms - ticks_diff(now, self.down))

    def _tell_long(self, tick):
        if self.down is not None and self.plain and ticks_diff(tick, self.down) >= self.long_ms:
            self.plain = False
            self.happens("long")

    def _tell_click(self, tick):
        if self.up is not None and ticks_diff(tick, self.up) >= self.double_ms:
            self.up = None
            self.happens("click")
