"""Series: what is kept of one property: chunks of minutes, chunks of hours, and the minute that is under way."""

from .chunk import Chunk

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
        self._most = (max(1, -(-minutes // HOUR)), max(1, -(-hours // DAY)))
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
            place, chunk = self._chunk(self.minutes, minute, HOUR, 0)
            chunk.put(place, self._least, mean, self._sharp)
        self._since_ms = 0
        self._area = 0.0
        self._known_ms = 0
        self._least = self._sharp = self.value
        if minute % HOUR == HOUR - 1:
            self._close_hour(minute // HOUR)

    def _close_hour(self, hour):
        last = self.minutes[-1] if self.minutes else None
        if last is None or last.first != hour * HOUR:
            return
        least = most = None
        total = 0.0
        count = 0
        for place in range(HOUR):
            row = last.get(place)
            if row:
                least = row[0] if least is None else min(least, row[0])
                most = row[2] if most is None else max(most, row[2])
                total += row[1]
                count += 1
        if count:
            place, chunk = self._chunk(self.hours, hour, DAY, 1)
            chunk.put(place, least, total / count, most)
        if self.store:
            self.store.save(self, last)

    def _chunk(self, chunks, number, count, kind):
        """(place, Chunk) of a period, which is the newest one; the oldest chunk makes room."""
        first = number - number % count
        if not chunks or chunks[-1].first != first:
            while len(chunks) >= self._most[kind]:
                chunks.pop(0)
            try:
                chunks.append(Chunk(first, count))
            except MemoryError:
                if not chunks:
                    raise
                chunks.pop(0)  # a shorter history is better than none
                chunks.append(Chunk(first, count))
        return number - first, chunks[-1]

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
