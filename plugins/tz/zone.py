"""Zone: the offset from UTC at any second, and back. No I/O, nothing but integers."""

import time

from modcore.ticks import const

_DAY_S = const(86400)
_WINDOW_S = const(26 * 3600)  # over any offset: a local second is never further from the same figure in UTC
# From 1970 to the epoch of this board's `time`: 0, or 2000-01-01 on ESP32, ESP8266 and STM32.
EPOCH_S = 0 if time.gmtime(0)[0] == 1970 else 946684800


def days(year, month, day):
    """Days from 1970-01-01 to a date of the Gregorian calendar."""
    if month < 3:
        year -= 1
        month += 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day - 719469


def civil(day):
    """(year, month, day) of the day that is `day` days after 1970-01-01."""
    day += 719468
    era = day // 146097
    day -= era * 146097
    year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5 - 1
    year += era * 400
    return (year + 1, month - 9, day) if month > 9 else (year, month + 3, day)


def seconds(year, month, day, hour=0, minute=0, second=0):
    """Seconds of `time.time()` at a date and time, both UTC or both local; figures over the end carry on.

    zone.to_utc(seconds(2026, 3, 29, 6, 30))    # half past six in the morning, as time.time() counts it
    """
    return days(year, month, day) * _DAY_S + hour * 3600 + minute * 60 + second - EPOCH_S


class Zone:
    """A time zone by its POSIX TZ string, as the last line of a file of tzdata has it.

    All times are int seconds as `time.time()` of this board counts them (`seconds()` makes them);
    offsets are seconds east of Greenwich. ValueError: the text is not a TZ string, and where.

        zone = Zone("CET-1CEST,M3.5.0,M10.5.0/3")
        zone.localtime(time.time())
    Source: POSIX.1-2017 section 8.3, with the hours of RFC 8536 section 3.3.1.
    """

    epoch_s = EPOCH_S

    def __init__(self, text):
        from .parse import parse

        self.text = text
        self._names, self._offsets, self._rules = parse(text)
        # The period that was asked for last: from, until (None: for ever), and 1 in daylight saving.
        self._since = self._until = None
        self._dst = 0

    def offset(self, utc_s):
        """Seconds to add to UTC to get local time at `utc_s`."""
        return self._offsets[self._period(utc_s)]

    def name(self, utc_s):
        """The abbreviation at `utc_s`: `"CET"` or `"CEST"`."""
        return self._names[self._period(utc_s)]

    def is_dst(self, utc_s):
        """Tell whether daylight saving is on at `utc_s`."""
        return self._period(utc_s) == 1

    def next_change(self, utc_s):
        """The first second after `utc_s` with another offset or name, or None when there is none."""
        self._period(utc_s)
        return self._until

    def localtime(self, utc_s):
        """(year, month, day, hour, minute, second, weekday, day of the year), like `time.localtime`."""
        local = utc_s + self.offset(utc_s) + self.epoch_s
        day, rest = divmod(local, _DAY_S)
        year, month, mday = civil(day)
        of_year = day - days(year, 1, 1) + 1
        return year, month, mday, rest // 3600, rest // 60 % 60, rest % 60, (day + 3) % 7, of_year

    def to_utc(self, local_s, fold=0):
        """The UTC second at which clocks show `local_s` (UTC plus offset).

        fold: a time that comes twice means the first (0) or the second (1) of them. One that is left out is
        read with the offset before (0: as much later as clocks jump) or after the change (1), as in PEP 495.
        """
        before = self.offset(local_s - _WINDOW_S)
        after = self.offset(local_s + _WINDOW_S)
        first = local_s - before
        second = local_s - after
        first_is = self.offset(first) == before
        if first_is == (self.offset(second) == after):  # it comes twice, or is left out
            return second if fold else first
        return first if first_is else second

    def _period(self, utc_s):
        """0 for standard time, 1 for daylight saving; the bounds are in _since and _until."""
        if self._rules is None:
            return 0
        if self._since is None or utc_s < self._since or self._until is not None and utc_s >= self._until:
            self._find(utc_s)
        return self._dst

    def _find(self, utc_s):
        year = civil((utc_s + self.epoch_s) // _DAY_S)[0]
        # Times far from midnight may take a change of one year into the next.
        changes = []
        for y in (year - 1, year, year + 1):
            for dst in (1, 0):
                kind, month, week, day, time_s = self._rules[1 - dst]
                at = _day(kind, month, week, day, y) * _DAY_S + time_s - self._offsets[1 - dst]
                changes.append((at - self.epoch_s, dst))
        # End before start at the same second: "0/0,J365/25" is daylight saving for ever.
        changes.sort()
        since, dst = changes[0]
        until = None
        for i, (at, to) in enumerate(changes):
            if at <= utc_s:
                if to != dst:
                    since, dst = at, to
            elif i == 5:
                break  # whether another follows at once is not known; only a zone without changes gets here
            elif to != dst and changes[i + 1][0] != at:
                until = at
                break
        self._since = since
        self._until = until
        self._dst = dst


def _day(kind, month, week, day, year):
    """The day, from 1970, of a rule in `year`."""
    if kind == "M":
        first = days(year, month, 1)
        found = first + (day - first - 4) % 7 + 7 * (week - 1)  # 1970-01-01 was a Thursday
        if week == 5 and found >= days(year, month + 1, 1):
            found -= 7
        return found
    first = days(year, 1, 1)
    if kind == "J" and day > 59 and days(year, 3, 1) - first == 60:
        day += 1  # 29 February has no number
    return first + day - (kind == "J")
