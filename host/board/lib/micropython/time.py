"""time, as the board's clock shows it; sleeping lets the board's interrupts in."""

import _board
from uselect import POLLIN
from uselect import poll as _poll
from utime import *
from utime import sleep_us as _sleep_us
from utime import time as _time

_offset = None  # seconds from the PC's clock to the board's, which counts from an epoch of its own
_epoch = _board.ask("clock.epoch")  # seconds from 1970 to that
_waiting = None


def _set(value):
    global _offset
    _offset = None


_board.handlers[_board.CALL << 8] = _set


def time():
    """Seconds since the board's epoch by its clock."""
    global _offset
    if _offset is None:
        _offset = _board.ask("clock.offset") - _epoch
    return int(_time()) + _offset


def time_ns():
    """Nanoseconds since the board's epoch by its clock."""
    from utime import time_ns

    time()
    return time_ns() + _offset * 1000000000


def gmtime(seconds=None):
    """(year, month, day, hour, minute, second, weekday, day of the year)."""
    from utime import gmtime

    return gmtime((time() if seconds is None else seconds) + _epoch)


localtime = gmtime  # boards keep UTC


def mktime(parts):
    """The seconds since the board's epoch of (year, month, day, hour, minute, second, …)."""
    from utime import mktime

    return mktime(parts) - _epoch


def sleep_ms(ms):
    """Sleep for `ms` milliseconds."""
    global _waiting
    if _waiting is None:
        _waiting = _poll()
        _waiting.register(_board.wire, POLLIN)
    end = ticks_add(ticks_ms(), ms)
    while True:
        _board.deliver()
        left = ticks_diff(end, ticks_ms())
        if left <= 0:
            return
        for _ in _waiting.ipoll(left):
            pass


def sleep(seconds):
    """Sleep for `seconds`."""
    sleep_ms(int(seconds * 1000))


def sleep_us(us):
    """Sleep for `us` microseconds."""
    if us >= 2000:
        sleep_ms(us // 1000)
    else:
        _sleep_us(us)
