"""Store: chunks on flash, so that a reset loses an hour at most; written once an hour, in a file that does not grow."""

import os
import struct
from array import array

from .chunk import Chunk

_HEAD = "<IffI"  # first period, base, step, sum of the data
_HEAD_BYTES = 16


class Store:
    """Files of one series in `folder`: `<name>.min` with 24 chunks of an hour, `<name>.hrs` with 31 of a day.

    Of the minutes the memory then holds the present hour alone. What a power cut has torn has a wrong sum: a gap.
    """

    def __init__(self, folder, topic, slots):
        self._base = folder.rstrip("/") + "/" + topic.replace("/", "-")
        self._slots = slots  # (chunks of minutes, chunks of hours)
        try:
            os.mkdir(folder)
        except OSError:
            pass  # it is there, or saving says what is wrong

    def save(self, series, hour):
        """Write the hour that is full, and the day that it belongs to. OSError: it can't be written."""
        self._write(".min", hour, self._slots[0], 60)
        if series.hours:
            self._write(".hrs", series.hours[-1], self._slots[1], 24)
        series.minutes = [chunk for chunk in series.minutes if chunk is not hour]

    def load(self, series, now):
        """Take the days that were kept; the present hour is begun anew."""
        hour = now // 60
        for chunk in self._read(".hrs", self._slots[1], 24):
            if chunk.first <= hour and chunk.first > hour - (self._slots[1] + 1) * 24:
                series.hours.append(chunk)

    def chunks(self, series):
        """Yield the hours that were kept, the oldest first."""
        found = self._firsts(".min", self._slots[0], 60)
        newest = max(found) if found else 0
        for first in sorted(found):
            if first > newest - self._slots[0] * 60:
                chunk = self._one(".min", found[first], 60)
                if chunk:
                    yield chunk

    def remove(self):
        """Delete the files."""
        for ending in (".min", ".hrs"):
            try:
                os.remove(self._base + ending)
            except OSError:
                pass

    def _write(self, ending, chunk, slots, count):
        size = _HEAD_BYTES + 6 * count
        path = self._base + ending
        try:
            file = open(path, "r+b")
        except OSError:
            with open(path, "wb") as file:
                for _ in range(slots):
                    file.write(bytes(size))
            file = open(path, "r+b")
        with file:
            file.seek(chunk.first // count % slots * size)
            file.write(struct.pack(_HEAD, chunk.first, chunk.base, chunk.step, _sum(chunk.data)))
            file.write(bytes(chunk.data))

    def _read(self, ending, slots, count):
        found = self._firsts(ending, slots, count)
        for first in sorted(found):
            chunk = self._one(ending, found[first], count)
            if chunk:
                yield chunk

    def _firsts(self, ending, slots, count):
        """{first period: slot} of a file."""
        found = {}
        size = _HEAD_BYTES + 6 * count
        try:
            with open(self._base + ending, "rb") as file:
                for slot in range(slots):
                    file.seek(slot * size)
                    head = file.read(_HEAD_BYTES)
                    if len(head) == _HEAD_BYTES and any(head):
                        found[struct.unpack(_HEAD, head)[0]] = slot
        except OSError:
            pass
        return found

    def _one(self, ending, slot, count):
        size = _HEAD_BYTES + 6 * count
        with open(self._base + ending, "rb") as file:
            file.seek(slot * size)
            head = file.read(_HEAD_BYTES)
            data = file.read(6 * count)
        if len(data) < 6 * count:
            return None
        first, base, step, check = struct.unpack(_HEAD, head)
        chunk = Chunk(first, 0)
        chunk.data = array("h", data)
        chunk.base = base
        chunk.step = step
        return chunk if _sum(chunk.data) == check else None


def _sum(data):
    total = 7
    for one in data:
        total = (total * 31 + one) & 0x3FFFFFFF
    return total
