"""The board's clock: read, and set."""

import time

# From 1970 to the epoch of this board's `time`: 0, or 2000-01-01.
_EPOCH_S = 0 if time.gmtime(0)[0] == 1970 else 946684800


def now_s():
    """Seconds since 1970 by the board's clock."""
    return int(time.time()) + _EPOCH_S


def set_s(seconds):
    """Set the board's clock to `seconds` since 1970; whether there is one that can be set."""
    try:
        from machine import RTC
    except ImportError:  # a PC: its clock is its own business
        return False
    year, month, day, hour, minute, second, weekday = time.gmtime(seconds - _EPOCH_S)[:7]
    RTC().datetime((year, month, day, weekday, hour, minute, second, 0))
    return True
