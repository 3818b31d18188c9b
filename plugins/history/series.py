"""Series: what is kept of one property: chunks of minutes, chunks of hours, and the minute that is under way."""

HOUR = 60  # minutes of a chunk
DAY = 24  # hours of a chunk


class Series:
    """The history of one topic. store: where chunks that are full go (see store.py), or None: they stay in memory.

    minutes, hours: how many are kept, rounded up to whole chunks. now: the number of the present minute.

        series = Series("pump/level", 1440, 744, 0)
        series.add(3.5, 0)              # a value, at 0 ms of the minute
        series.close(0)                 # the minute 0 is over
        list(series.rows(False))        # [(3.5, 3.5, 3.5)]
    """

    def __init__(self, topic, minutes, hours, now, store=None):
        self.topic = topic
        self.store = store
        self.minutes = []  # Chunks, the oldest first
        self.hours = []
        self.most = (max(1, -(-minutes // HOUR)), max(1, -(-hours // DAY)))  # chunks of each
        self.value = None
        self._since_ms = 0  # of the present minute
        self._area = 0.0  # of value times milliseconds in it
        self._known_ms = 0
        self._least = self._sharp = None
        if store:
            store.load(self, now)

    def add(self, value, at_ms):
        """Take a value that holds from `at_ms` of the present minute on; None: it is not known."""
        self._advance(at_ms)
        self.value = value
        if value is not None:
            if not self._known_ms:  # what held before did so for no time
                self._least = self._sharp = None
            self._least = value if self._least is None or value < self._least else self._least
            self._sharp = value if self._sharp is None or value > self._sharp else self._sharp

    def _advance(self, at_ms):
        passed = at_ms - self._since_ms
        if self.value is not None and passed > 0:
            self._area += self.value * passed
            self._known_ms += passed
        self._since_ms = max(at_ms, self._since_ms)

    def close(self, minute, length_ms=60000):
        """End the minute of that number, and with its last one the hour."""
        self._advance(length_ms)
        if self._known_ms or self._least is not None:
            mean = self._area / self._known_ms if self._known_ms else self._least
            if not self.minutes or self.minutes[-1].first != minute - minute % HOUR:
                from .hours import begin

                begin(self.minutes, minute - minute % HOUR, HOUR, self.most[0])
            self.minutes[-1].put(minute % HOUR, self._least, mean, self._sharp)
        self._since_ms = 0
        self._area = 0.0
        self._known_ms = 0
        self._least = self._sharp = self.value
        if minute % HOUR == HOUR - 1:
            from .hours import close

            close(self, minute // HOUR)

    def shift(self, minutes):
        """The clock was set: what was measured so far was measured so many minutes later than it seemed.

        Rounded down to whole hours and days, so that chunks stay whole: an hour off at most.
        """
        from .reading import shift

        shift(self, minutes)

    def forget_after(self, minute):
        """Drop chunks that begin after a minute: the clock was set back."""
        from .reading import forget_after

        forget_after(self, minute)

    def span(self, hours):
        """(number of the first period, chunks, periods a chunk) of what is kept by the hour, or by the minute."""
        from .reading import span

        return span(self, hours)

    def rows(self, hours):
        """Yield (least, mean, most) or None of each period, without a gap, from the first kept to the last."""
        from .reading import rows

        return rows(self, hours)
