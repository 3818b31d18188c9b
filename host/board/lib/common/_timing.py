"""machine.Timer, machine.RTC and machine.WDT: the board keeps the time, also while the program hangs."""

from binascii import hexlify, unhexlify

import _board

_timers = 4  # ids 0 to 3 are hardware, what has -1 comes after them


class Timer:
    """Calls back once or again and again."""

    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id=-1, **kwargs):
        global _timers
        if id == -1:
            id = _timers
            _timers = _timers + 1 if _timers < 250 else 4
        elif not 0 <= id <= 3:
            raise ValueError("invalid Timer number")
        self._id = id
        self._handler = None
        if kwargs:
            self.init(**kwargs)

    def init(self, mode=1, freq=-1, period=-1, callback=None, tick_hz=1000, hard=False):
        """Start it: every `period` ms (or `freq` times a second), or once after that time."""
        if freq > 0:
            period = 1000 / freq
        elif period > 0:
            period = period * 1000 / tick_hz
        else:
            raise ValueError("period or freq must be positive")
        self._handler = callback
        self._hard = hard
        _board.handlers[_board.TIMER << 8 | self._id] = self._due
        _board.ask("power.timer", self._id, mode, period)

    def deinit(self):
        """Stop it."""
        self._handler = None
        _board.ask("power.timer", self._id, 0, 0)
        _board.handlers.pop(_board.TIMER << 8 | self._id, None)

    def _due(self, value):
        if self._handler:
            _board.call(self._handler, self, self._hard)


class RTC:
    """The clock that runs on over resets and deep sleep."""

    def datetime(self, datetime=None):
        """Return or set (year, month, day, weekday, hour, minute, second, subsecond)."""
        if datetime is None:
            import time

            # gmtime, not localtime: CPython knows the PC's time zone.
            t = time.gmtime(time.time())
            return (t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0)
        _board.ask("clock.set", datetime[:3] + datetime[4:7])
        _board.deliver()  # the news, for `time`

    init = datetime

    def memory(self, data=None):
        """Return or set up to 2048 bytes that survive all but the loss of power."""
        if data is None:
            return unhexlify(_board.ask("clock.memory"))
        if isinstance(data, str):
            data = data.encode()
        if len(data) > 2048:
            raise ValueError("buffer too long")
        _board.ask("clock.memory", hexlify(data).decode())


class WDT:
    """Resets the board unless it is fed within `timeout` ms. Nothing stops it any more."""

    def __init__(self, id=0, timeout=5000):
        _board.ask("power.watchdog", timeout)

    def feed(self):
        """Put the reset off for another `timeout`."""
        _board.tell(_board.FEED, 0, 0)
