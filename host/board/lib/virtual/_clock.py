"""The clock of a board whose time can be wound forward: the PC's, and so far ahead of it as the board says."""

import _board
from uselect import POLLIN
from utime import ticks_add, ticks_diff
from utime import ticks_ms as _ticks_ms
from utime import ticks_us as _ticks_us

_HALF = (ticks_add(0, -1) >> 1) + 1
_ahead = 0  # ms, of the ticks, which wrap
_ahead_us = 0
skipped = 0  # ms since the board was made
_called = False  # there is time to skip


def _skip(ms):
    global _ahead, _ahead_us, skipped
    skipped += ms
    _ahead = _wrap(skipped)
    _ahead_us = _wrap(skipped * 1000)


def _wrap(ticks):
    ticks %= 2 * _HALF
    return ticks if ticks < _HALF else ticks - 2 * _HALF


def ticks_ms():
    """Milliseconds that wrap."""
    return ticks_add(_ticks_ms(), _ahead)


def ticks_us():
    """Microseconds that wrap."""
    return ticks_add(_ticks_us(), _ahead_us)


def idle(poll, ms):
    """The program would sleep for `ms` (-1: for ever): skip time, or wait for the wire and what `poll` has.

    Returns whether something came that a sleep ends for: an interrupt, or time that is over.
    """
    global _called
    _called = False
    step = _board.ask("virtual.idle", ms)
    if _called and not step:
        return False  # the board has more time since it answered
    if step > 0:
        _skip(step)
        _board.deliver()
        return True
    for _ in poll.ipoll(-step if step else ms):
        pass
    _board.deliver()
    return False


def sleep_ms(ms):
    """Sleep for `ms` milliseconds of the board's time."""
    from uselect import poll

    waiting = poll()
    waiting.register(_board.wire, POLLIN)
    end = ticks_add(ticks_ms(), ms)
    while True:
        _board.deliver()
        left = ticks_diff(end, ticks_ms())
        if left <= 0:
            return
        idle(waiting, left)


def _wake(value):
    global _called
    _called = True


_board.handlers[_board.CALL << 8 | 4] = _wake
_skip(_board.ask("virtual.skipped"))
