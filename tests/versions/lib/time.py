"""time as on a board: whole seconds. The ticks of the 1.22 build mistake an int that has been a large one."""

from utime import *
from utime import ticks_add as _ticks_add
from utime import ticks_diff as _ticks_diff
from utime import time as _time


def time():
    """Seconds since the epoch."""
    return int(_time())


def _small(ticks):
    # Allocates nothing for an int that is small already: interrupt handlers come here.
    half = ticks >> 1
    return _ticks_add(_ticks_add(0, half), ticks - half)


def ticks_add(ticks, delta):
    """A later or an earlier moment."""
    return _ticks_add(_small(ticks), delta)


def ticks_diff(end, start):
    """The ticks from `start` to `end`."""
    return _ticks_diff(_small(end), _small(start))
