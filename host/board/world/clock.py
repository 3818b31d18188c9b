"""The board's clock: it runs beside the PC's, so many seconds off, and keeps a few bytes of memory."""

CALL = 67
_2000 = 946684800
# By kind of board: the epoch of `time`, and what its clock shows when the power comes; seconds since 1970.
_KINDS = {"esp32": (_2000, _2000), "esp8266": (_2000, _2000), "rp2": (0, 1609459200)}


def days(year, month, day):
    """Return the days from 1970-01-01 to a date of the Gregorian calendar."""
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


class Clock:
    """Seconds between the PC's clock and the board's, and what the clock remembers."""

    def __init__(self, world):
        self._world = world
        self.utc = _zero  # () -> the PC's time in s
        self.set_by_pc = False  # the board wakes up with the PC's time, not in 2000
        self.epoch, self._start = _KINDS.get(world.kind, (_2000, _2000))
        self.offset = 0
        self.memory = ""

    def power_on(self):
        """Start where a clock without a battery starts."""
        self.memory = ""
        self.offset = 0 if self.set_by_pc else self._start - int(self.utc())

    def jump(self, seconds):
        """Set the clock forward, or back."""
        self._set(self.offset + seconds)

    def _set(self, offset):
        self.offset = offset
        self._world.changed("clock", "offset", offset)
        self._world.interrupt(CALL, 0, 0)

    def on_offset(self):
        """Return the seconds to add to the PC's time, which counts from 1970, for that of the board."""
        return self.offset

    def on_epoch(self):
        """Return the seconds from 1970 to the epoch of the board's `time`."""
        return self.epoch

    def on_set(self, parts):
        """Set the clock to [year, month, day, hour, minute, second]."""
        year, month, day, hour, minute, second = parts
        seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + int(second)
        self._set(seconds - int(self.utc()))

    def on_memory(self, data=None):
        """Return or keep the bytes, in hexadecimal figures."""
        if data is None:
            return self.memory
        self.memory = data


def _zero():
    return 0
