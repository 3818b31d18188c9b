"""The limits of the flow: too much, none while a valve is open, some while all are closed. No I/O and no clock."""


class Limits:
    """Is fed with what flowed in each window of time, and says when that can't be right.

    max_rate: litres a minute, for at least `max_s`. none_s: no drop for so long while a valve is open.
    leak_l: litres while all are closed, from `settle_s` after the last one has closed on. 0 turns each off.

        limits = Limits(max_rate=40)
        limits.feed(1000, 0.9, ["Lawn"])     # "54.0 L/min, more than 40"
    """

    def __init__(self, max_rate=0, max_s=5, none_s=0, leak_l=0, settle_s=60):
        self.max_rate = max_rate
        self.max_ms = max_s * 1000
        self.none_ms = none_s * 1000
        self.leak_l = leak_l
        self.settle_ms = settle_s * 1000
        self.reset()

    def reset(self):
        """Begin anew, as after an alarm."""
        self._over_ms = 0
        self._still_ms = 0
        self._closed_ms = 0
        self._leaked_l = 0

    def feed(self, ms, litres, open):
        """Take what flowed in a window of `ms` while the valves `open` (names) were; returns a reason, or None."""
        rate = litres * 60000 / ms
        self._over_ms = self._over_ms + ms if self.max_rate and rate > self.max_rate else 0
        if self._over_ms and self._over_ms >= self.max_ms:
            return "%.1f L/min, more than %s" % (rate, self.max_rate)
        if open:
            self._closed_ms = self._leaked_l = 0
            self._still_ms = 0 if litres else self._still_ms + ms
            if self.none_ms and self._still_ms >= self.none_ms:
                return "nothing has flowed for %d s while %s is open" % (
                    self._still_ms // 1000,
                    ", ".join(open),
                )
        else:
            self._still_ms = 0
            if self._closed_ms >= self.settle_ms:
                self._leaked_l += litres
            self._closed_ms += ms
            if self.leak_l and self._leaked_l >= self.leak_l:
                return "%.1f L have flowed while all valves are closed" % self._leaked_l
        return None
