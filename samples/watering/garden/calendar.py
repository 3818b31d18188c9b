"""The calendar of schedules: on which days and at which moments they start. No I/O, nothing but integers.

A schedule is an object:

    {"id": 1, "name": "Morning", "program": 2, "active": true, "times": ["06:00", "20:30"],
     "dow": [false, true, true, true, true, true, false],      Sunday first
     "days": "any",                                            or "odd", "even": days of the month
     "every": 1, "from": "2026-05-01", "to": "2026-09-30"}     every n days, counted from `from`

`from` and `to` are the first and the last day, or null; without a year ("05-01") they come again each year.
All moments are seconds as `time.time()` counts them. A local time that summer time leaves out starts as much
later as the clocks jump; one that comes twice starts the first time only.
"""

import time

from modcore.ticks import const
from plugins.tz import seconds

from . import zone

RARE = True  # called when schedules are saved, are due or are listed

_DAY_S = const(86400)
_LATE_S = const(10800)  # before midnight: the clocks jump by less, and may shift such a start past others
_SHIFTED = const(256)  # it waits for those of the next day


def date(text):
    """(year, month, day) of "2026-05-01", (0, month, day) of "05-01". ValueError: it is not a date."""
    parts = text.split("-")
    if len(text) == 5:
        parts.insert(0, "2000")  # a leap year: 29 February is a day of the year, too
    elif len(text) != 10:
        raise ValueError("%r is not a date" % text)
    year, month, day = (
        [int(part) if part.isdigit() else 0 for part in parts] if len(parts) == 3 else (0, 0, 0)
    )
    # By figures: the clock of a 32-bit board does not reach as far.
    last = 29 if month == 2 and not year % 4 else 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    if not (1970 < year < 2100 and 1 <= month <= 12 and 1 <= day <= last):
        raise ValueError("%r is not a date" % text)
    return (year if len(text) == 10 else 0), month, day


def minute(text):
    """Minutes after midnight of "06:30". ValueError: it is not a time of day."""
    if len(text) != 5 or text[2] != ":" or not (text[:2] + text[3:]).isdigit():
        raise ValueError("%r is not a time of day; write 06:30" % text)
    hours, minutes = int(text[:2]), int(text[3:])
    if hours > 23 or minutes > 59:
        raise ValueError("%r is not a time of day" % text)
    return hours * 60 + minutes


def falls_on(schedule, midnight_s):
    """Tell whether `schedule` starts on the day whose midnight is `midnight_s` (seconds, local)."""
    year, month, day, _, _, _, weekday = time.gmtime(midnight_s)[:7]
    if not schedule["dow"][(weekday + 1) % 7]:
        return False
    if schedule["days"] != "any" and (schedule["days"] == "odd") != bool(day & 1):
        return False
    first = schedule["from"] and date(schedule["from"])
    last = schedule["to"] and date(schedule["to"])
    if first and last and not first[0] and not last[0]:
        here = (0, month, day)
        inside = first <= here <= last if first <= last else here >= first or here <= last
        if not inside:
            return False
    else:
        if first and (year if first[0] else 0, month, day) < first:
            return False
        if last and (year if last[0] else 0, month, day) > last:
            return False
    every = schedule["every"]
    if every == 1:
        return True
    # Counted from the first day; of one that comes each year from that of this year, or of the last one.
    year0, month0, day0 = first or (1970, 1, 1)
    start = seconds(year0 or year, month0, day0)
    if start > midnight_s:
        start = seconds((year0 or year) - 1, month0, day0)
    return (midnight_s - start) // _DAY_S % every == 0


def local_text(kernel, moment):
    """A moment as "2026-05-01T06:00:00+02:00": local time with its offset, as RFC 3339 has it."""
    here = zone(kernel)
    offset = here.offset(moment) if here else 0
    sign = "-" if offset < 0 else "+"
    return "%04d-%02d-%02dT%02d:%02d:%02d" % time.gmtime(moment + offset)[:6] + "%s%02d:%02d" % (
        sign,
        abs(offset) // 3600,
        abs(offset) // 60 % 60,
    )


def moments(schedules, here, after_s, until_s):
    """Yield what starts after `after_s`, up to and with `until_s`: (moment, id, "2026-05-01 06:00"), in order.

    The text is the local time for which it was set: with the id it names one start, whatever the clock does. schedules:
    at most 32, with 8 times each; of these only one day is in memory, each start in one small int.
    """
    by_id = sorted(schedules, key=lambda schedule: schedule["id"])
    last = until_s + here.offset(until_s)
    # From the day before: summer time may shift the last of its times past midnight.
    day = (after_s + here.offset(after_s)) // _DAY_S * _DAY_S - _DAY_S
    starts = []  # seconds from the day before `day` on, whether shifted, whose, which of its times
    while day <= last:
        for place, schedule in enumerate(by_id):
            if schedule["active"] and falls_on(schedule, day):
                for number, text in enumerate(schedule["times"]):
                    at = here.to_utc(day + minute(text) * 60)
                    if after_s < at <= until_s:
                        starts.append((at - day + _DAY_S) << 9 | place << 3 | number)
        starts.sort()
        over = here.to_utc(day + _DAY_S) - day + _DAY_S - _LATE_S
        shifted = []
        for start in starts:
            if start >> 9 >= over and day + _DAY_S <= last:
                shifted.append(start - (_DAY_S << 9) | _SHIFTED)
                continue
            schedule = by_id[start >> 3 & 31]
            date = time.gmtime(day - _DAY_S if start & _SHIFTED else day)[:3]
            text = "%04d-%02d-%02d " % date + schedule["times"][start & 7]
            yield day + (start >> 9) - _DAY_S, schedule["id"], text
        starts = shifted
        day += _DAY_S
