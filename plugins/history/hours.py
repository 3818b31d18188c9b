"""The end of an hour: what its minutes come to, and chunks begun; the methods of Series that run once an hour."""

from .chunk import Chunk

RARE = True  # once an hour

_HOUR = 60  # minutes of a chunk
_DAY = 24  # hours of a chunk


def close(series, hour):
    """Put an hour together from its minutes, and have the store keep both. OSError: it can't be written."""
    last = series.minutes[-1] if series.minutes else None
    if last is None or last.first != hour * _HOUR:
        return
    rows = [row for row in [last.get(place) for place in range(_HOUR)] if row]
    if rows:
        first = hour - hour % _DAY
        if not series.hours or series.hours[-1].first != first:
            begin(series.hours, first, _DAY, series.most[1])
        mean = sum([row[1] for row in rows]) / len(rows)
        series.hours[-1].put(hour - first, min([row[0] for row in rows]), mean, max([row[2] for row in rows]))
    if series.store:
        series.store.save(series, last)


def begin(chunks, first, count, most):
    """Begin the chunk of the period `first`; the oldest of `most` makes room."""
    while len(chunks) >= most:
        chunks.pop(0)
    try:
        chunks.append(Chunk(first, count))
    except MemoryError:
        if not chunks:
            raise
        chunks.pop(0)  # a shorter history is better than none
        chunks.append(Chunk(first, count))
