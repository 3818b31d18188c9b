"""time, by a clock that can be wound forward."""

import _board
import _clock
from utime import *
from utime import time as _time

# isort: split
# Over those of utime.
from _clock import sleep_ms, ticks_ms, ticks_us  # noqa: F401

_offset = None  # seconds from the PC's clock to the board's, which counts from an epoch of its own
_epoch = _board.ask("clock.epoch")  # seconds from 1970 to that


def _set(value):
    global _offset
    _offset = None


_board.handlers[_board.CALL << 8] = _set


def time():
    """Seconds since the board's epoch by its clock."""
    global _offset
    if _offset is None:
        _offset = _board.ask("clock.offset") - _epoch
    return int(_time() + _clock.skipped / 1000) + _offset


def time_ns():
    """Nanoseconds since the board's epoch by its clock."""
    from utime import time_ns

    time()
    return time_ns() + _clock.skipped * 1000000 + _offset * 1000000000


def gmtime(seconds=None):
    """(year, month, day, hour, minute, second, weekday, day of the year)."""
    from utime import gmtime

    return gmtime((time() if seconds is None else seconds) + _epoch)


localtime = gmtime  # boards keep UTC


def mktime(parts):
    """The seconds since the board's epoch of (year, month, day, hour, minute, second, …)."""
    from utime import mktime

    return mktime(parts) - _epoch


def sleep(seconds):
    """Sleep for `seconds`."""
    sleep_ms(int(seconds * 1000))


def sleep_us(us):
    """Sleep for `us` microseconds."""
    sleep_ms((us + 999) // 1000)
