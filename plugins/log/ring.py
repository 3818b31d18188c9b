"""Ring: the last lines, in one piece of memory that never grows."""


class Ring:
    """Keeps as many of the last records as fit into `size` bytes; each has a number, from 0 on.

    ring = Ring(1000)
    ring.add(b"pump on")
    Reader(ring).next()     # b"pump on"
    """

    def __init__(self, size):
        self._data = bytearray(size)
        self._end = 0  # bytes written in all
        self.start = 0  # where the first record that is left begins
        self.first = 0  # its number
        self.next = 0  # the number of the record to come

    def add(self, record):
        """Take in bytes; more than half the ring is cut off, and the oldest records make room."""
        size = len(self._data)
        record = record[: size // 2]
        length = len(record)
        while self._end + 2 + length - self.start > size:
            self.start += 2 + self.length(self.start)
            self.first += 1
        self._put(bytes((length >> 8, length & 255)))
        self._put(record)
        self.next += 1

    def length(self, at):
        """Return how long the record is that begins at `at`."""
        size = len(self._data)
        return self._data[at % size] << 8 | self._data[(at + 1) % size]

    def record(self, at):
        """The bytes of the record that begins at `at`."""
        size = len(self._data)
        length = self.length(at)
        at = (at + 2) % size
        if at + length <= size:
            return bytes(self._data[at : at + length])
        return bytes(self._data[at:]) + bytes(self._data[: at + length - size])

    def _put(self, data):
        at = self._end % len(self._data)
        head = min(len(data), len(self._data) - at)
        self._data[at : at + head] = data[:head]
        if head < len(data):
            self._data[: len(data) - head] = data[head:]
        self._end += len(data)


class Reader:
    """Goes through the records from `number` on, also while they are written and overwritten.

    lost: how many were overwritten before they were read.
    """

    def __init__(self, ring, number=0):
        self._ring = ring
        self.number = ring.first
        self._at = ring.start
        self.lost = 0
        while self.number < min(number, ring.next):
            self._at += 2 + ring.length(self._at)
            self.number += 1

    def next(self):
        """The next record, or None when there is none yet."""
        found = self.peek()
        if found is not None:
            self.skip()
        return found

    def peek(self):
        """The same without going on to the one after it."""
        ring = self._ring
        if self.number < ring.first:
            self.lost += ring.first - self.number
            self.number = ring.first
            self._at = ring.start
        return ring.record(self._at) if self.number < ring.next else None

    def skip(self):
        """Go on to the next record."""
        self._at += 2 + self._ring.length(self._at)
        self.number += 1
