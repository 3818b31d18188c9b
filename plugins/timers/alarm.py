"""Alarm: on which days at what time, and which of these moments have been dealt with. Nothing but integers."""

import time

_DAY_S = 86400
# The weekday (Monday 0) of day 0 of this board's clock: 1970-01-01, or 2000-01-01 on ESP32 and ESP8266.
_DAY_0 = 3 if time.gmtime(0)[0] == 1970 else 5
_WEEK = 7


class Utc:
    """Stands in for a Zone where there is none."""

    def offset(self, utc_s):
        """None."""
        return 0

    def to_utc(self, local_s):
        """The same."""
        return local_s


class Alarm:
    """A time of day, `second` from midnight, on the weekdays `days` (bits, Monday 1), local or `utc`.

    It belongs to dates: `day` is the last one (counted from the clock's epoch) that it has been dealt with. So it
    comes once on each of its dates, whatever becomes of the clock in between; a time that the change to daylight
    saving leaves out comes as much later, one that the change back brings twice comes the first time.
    """

    def __init__(self, second, days, utc):
        self.second = second
        self.days = days
        self.utc = utc
        self.day = None
        self.at = None  # when it is due next, in s of `time.time()`

    def spec(self):
        """Return what it is, as text: another one is another alarm."""
        return "%d %d %d" % (self.second, self.days, self.utc)

    def today(self, now, zone):
        """The date of `now`."""
        return (now if self.utc else now + zone.offset(now)) // _DAY_S

    def moment(self, day, zone):
        """Return when it is due on the date `day`."""
        local = day * _DAY_S + self.second
        return local if self.utc else zone.to_utc(local)

    def comes(self, day):
        """Tell whether `day` is one of its weekdays."""
        return self.days >> (day + _DAY_0) % _WEEK & 1

    def begin(self, now, zone):
        """Take all up to `now` for dealt with."""
        today = self.today(now, zone)
        self.day = today if self.moment(today, zone) <= now else today - 1

    def take(self, now, zone):
        """The moment for which it is due, and no longer thereafter; None when it is not.

        Of several that the clock has jumped over it is the last.
        """
        today = self.today(now, zone)
        if self.day > today + 1:
            # The clock has been set back by more than a day: what it showed before was wrong.
            self.begin(now, zone)
        day = today
        while day > self.day and day > today - _WEEK - 1:
            if self.comes(day):
                moment = self.moment(day, zone)
                if moment <= now:
                    self.day = day
                    return moment
            day -= 1
        return None

    def plan(self, now, zone):
        """Work out `at`; None when it never comes."""
        today = self.today(now, zone)
        self.at = None
        for day in range(max(today, self.day + 1), max(today, self.day + 1) + _WEEK + 1):
            if self.comes(day):
                self.at = self.moment(day, zone)
                return
