"""Time that passes at once, for tests."""

from . import ticks

_real_ms = ticks.ticks_ms
_wound_ms = 0


def wind(ms):
    """Let the kernel's time be `ms` milliseconds later: its timers, loops and fibers follow.

    ms: at most 3 days at once.

        wind(60000)
        kernel.step()       # calls what is due within the minute
    """
    global _real_ms, _wound_ms
    if ticks.ticks_ms is not _ticks_ms:
        _real_ms = ticks.ticks_ms
        ticks.ticks_ms = _ticks_ms
        _wound_ms = 0
    _wound_ms = ticks.ticks_diff(ticks.ticks_add(ticks.ticks_add(0, _wound_ms), ms), 0)


def _ticks_ms():
    return ticks.ticks_add(_real_ms(), _wound_ms)
