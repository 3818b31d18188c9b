"""Chunk: least, mean and most of some periods in a row, two bytes each, whatever their size.

A chunk has a scale of its own: what is kept is (value - base) / step, a whole number of 16 bits. When a value does not
fit, the chunk is written anew with a wider scale. So a temperature keeps its hundredths and a counter its thousands.
"""

from array import array

GAP = -32768  # nothing was known then
_MOST = 32000


class Chunk:
    """`count` periods from the period number `first` on.

    chunk = Chunk(0, 60)
    chunk.put(3, 20.5, 21.25, 22.0)
    chunk.get(3)                        # (20.5, 21.25, 22.0)
    chunk.get(4)                        # None
    """

    def __init__(self, first, count):
        self.first = first
        self.data = array("h", [GAP] * (3 * count))
        self.base = 0.0
        self.step = 0.0  # not known before the first value

    def put(self, place, least, mean, most):
        """Keep the three of the period `first + place`."""
        if not self.step:
            self.base = mean
            # A ten-thousandth of the value: three times its size fits above and below.
            self.step = max(abs(least), abs(most), most - least) / 10000 or 0.0001
        if abs(least - self.base) > _MOST * self.step or abs(most - self.base) > _MOST * self.step:
            from .scale import widen

            widen(self, least, most)
        at = 3 * place
        for value in (least, mean, most):
            self.data[at] = round((value - self.base) / self.step)
            at += 1

    def get(self, place):
        """(least, mean, most) of a period, or None."""
        at = 3 * place
        if self.data[at] == GAP:
            return None
        base = self.base
        step = self.step
        data = self.data
        return base + data[at] * step, base + data[at + 1] * step, base + data[at + 2] * step
