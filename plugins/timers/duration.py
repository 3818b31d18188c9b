"""Durations, days and times of day as people write them."""

RARE = True  # needed when an entry is made

_UNITS = {"ms": 1, "s": 1000, "min": 60000, "h": 3600000, "d": 86400000}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def milliseconds(value):
    """The ms that `"500 ms"`, `"5 s"`, `"10 min"`, `"2 h"`, `"1 d"` or a number (of ms) stand for. ValueError: none."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number, unit = value, "ms"
    else:
        text = value.replace(" ", "") if isinstance(value, str) else ""
        unit = text.lstrip("0123456789.")
        number = text[: len(text) - len(unit)]
    try:
        found = int(float(number) * _UNITS[unit])
    except (ValueError, KeyError, OverflowError):
        found = 0
    if found < 1:
        raise ValueError("%r: takes a number of ms, or one with ms, s, min, h or d" % (value,))
    return found


def time_of_day(text):
    """The seconds from midnight to `"6:30"` or `"06:30:15"`. ValueError: it is none."""
    parts = text.split(":") if isinstance(text, str) else ()
    try:
        hour, minute = int(parts[0]), int(parts[1])
        second = int(parts[2]) if len(parts) > 2 else 0
        if len(parts) > 3 or not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
            raise ValueError
    except (ValueError, IndexError):
        raise ValueError("time %r: takes a time of day such as 06:30 or 06:30:15" % (text,))
    return hour * 3600 + minute * 60 + second


def weekdays(text):
    """The set of days in `"mon-fri,sun"` as bits, Monday 1; empty: all. A list of such words will do.

    ValueError: what is not a day.

        weekdays("sat-mon")     # 0b1100001
    """
    if not text:
        return 127
    words = text.replace(" ", "").split(",") if isinstance(text, str) else text
    found = 0
    for word in words if isinstance(words, (list, tuple)) else (words,):
        first, dash, last = str(word).lower().partition("-")
        if not _is_day(first) or dash and not _is_day(last):
            raise ValueError("days %r: takes mon, tue, wed, thu, fri, sat, sun, as mon-fri,sun" % (text,))
        day = _DAYS.index(first[:3])
        end = _DAYS.index(last[:3]) if dash else day
        while True:
            found |= 1 << day
            if day == end:
                break
            day = (day + 1) % 7
    return found


def _is_day(word):
    return word[:3] in _DAYS and (len(word) == 3 or word[-3:] == "day")


def check(section, keys):
    """Raise ValueError for a key of `section` that is none of `keys` (words in a str)."""
    keys = keys.split()
    unknown = sorted([key for key in section if key not in keys])
    if unknown:
        raise ValueError("unknown key %s; have %s" % (", ".join(unknown), ", ".join(keys)))
