"""Reading a Series, and moving it when the clock is set: the methods of Series that are seldom called."""

RARE = True  # when somebody looks, and when the clock is set

_HOUR = 60  # minutes of a chunk
_DAY = 24  # hours of a chunk


def shift(series, minutes):
    """Move all chunks by so many minutes, in whole hours and days."""
    hours = minutes // _HOUR
    for chunk in series.minutes:
        chunk.first += hours * _HOUR
    for chunk in series.hours:
        chunk.first += hours // _DAY * _DAY


def forget_after(series, minute):
    """Drop chunks that begin after a minute."""
    series.minutes = [chunk for chunk in series.minutes if chunk.first <= minute]
    series.hours = [chunk for chunk in series.hours if chunk.first <= minute // _HOUR]


def span(series, hours):
    """(number of the first period, chunks, periods a chunk)."""
    if hours:
        chunks = series.hours
    else:
        chunks = list(series.store.chunks(series)) if series.store else []
        chunks += [chunk for chunk in series.minutes if chunk.first not in [old.first for old in chunks]]
    return (chunks[0].first if chunks else 0), chunks, _DAY if hours else _HOUR


def rows(series, hours):
    """Yield (least, mean, most) or None of each period."""
    number, chunks, count = span(series, hours)
    for chunk in chunks:
        while number < chunk.first:
            yield None
            number += 1
        for place in range(count):
            row = chunk.get(place)
            if row is None and chunk is chunks[-1] and not _rest(chunk, place, count):
                return
            yield row
            number += 1


def _rest(chunk, place, count):
    """Tell whether a chunk has anything from a place on."""
    for at in range(place, count):
        if chunk.get(at):
            return True
    return False
