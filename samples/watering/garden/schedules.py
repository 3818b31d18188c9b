"""Schedules: which program starts when. calendar.py has the rules, this file the clock, the memory and the file.

Each start happens once, whatever the clock does. Two things are noted before anything starts: up to which moment
all is settled, and the starts of the last days by schedule and local time. A clock that is set forward finds what it
has jumped over, and it counts as missed; one that is set back finds those starts noted.

| topic | value |
| --- | --- |
| `schedules/list` | all schedules, retained; `schedules/list/set` takes a list in its place |
| `schedules/<id>/active/set` | true or false: whether that one is active |
| `schedules/active`, `schedules/percent` | a switch for all, and the seasonal percentage |
| `schedules/next` | the next start, local time as RFC 3339 has it |
| `schedules/version`, `schedules/settings` | questions: another number after each change of the list; the settings |
| `schedules/percents`, `schedules/look` | the percentage that counts in each month; look at the clock now |
| `$rain` | why schedules are left out, or null |
"""

import time

from modcore import Module

from . import is_set, zone


class Schedules(Module):
    """The schedules of a garden.

    config: `missed_s`, what was due while the device was off, or without a clock, starts when it is not later than
    this (0: it does not); `months`, twelve percentages over which `schedules/percent` is laid; `file`, `notes`.
    """

    requires = ("tz",)  # by another zone all would start at another time
    defaults = {"missed_s": 3600, "months": [100] * 12, "file": "schedules.json", "notes": "started.json"}
    rain = None  # why they are left out
    # Made by scheduling.py:
    version: int
    upto: "int | None"  # all up to this moment is settled
    due: "int | None"  # the next moment at which something starts; None: not worked out yet
    zone: "str | None"  # by which `due` was worked out
    started: str  # the last starts: "1 2026-05-01 06:00;2 2026-05-01 06:30"

    def configure(self):
        """ValueError: there are not twelve months, or one is not a percentage."""
        from .checks import months, numbers

        months(self.config["months"])
        numbers(self.config, self.id, ("missed_s",))

    def start(self):
        """Read the files, declare the switches and begin to look at the clock."""
        from .scheduling import begin

        begin(self)
        self.every(1000, self.beat)

    def command(self, property, value):
        """Switch all on or off, or take another percentage: the commands."""
        self.beat()  # what is due by the old value starts
        property.value = value
        self.note()

    def hear(self, topic, value):
        """Take another list, switch one schedule, or hear of rain and of another zone."""
        if topic == "$rain":
            self.rain = value
        elif topic != "tz/zone" or value != self.zone:
            from .scheduling import hear

            hear(self, topic, value)

    def answer(self, what, value):
        """Answer what others ask on the bus."""
        from .scheduling import answer

        return answer(self, what, value)

    def beat(self):
        """Look at the clock and start what is due."""
        if not is_set() or not zone(self.kernel):
            return
        now = int(time.time())
        if self.due is None or not self.upto <= now < self.due:  # type: ignore
            from .scheduling import settle

            settle(self, now)

    def note(self):
        """Note in the file what is settled, and the settings."""
        from .scheduling import note

        note(self)
