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
| `$rain` | why schedules are left out, or null |
"""

import time

from modcore import Module

from .clock import is_set, zone


class Schedules(Module):
    """The schedules of a garden.

    config: `missed_s`, what was due while the device was off, or without a clock, starts when it is not later than
    this (0: it does not); `months`, twelve percentages over which `schedules/percent` is laid; `file`, `notes`.
    """

    requires = ("tz",)  # by another zone all would start at another time
    defaults = {"missed_s": 3600, "months": [100] * 12, "file": "schedules.json", "notes": "started.json"}

    def configure(self):
        """ValueError: there are not twelve months, or one is no percentage."""
        months = self.config["months"]
        if len(months) != 12 or not all([isinstance(m, int) and 0 <= m <= 250 for m in months]):
            raise ValueError("schedules: months takes twelve percentages from 0 to 250")

    def start(self):
        """Read the files, declare the switches and begin to look at the clock."""
        from modcore.json_files import load

        kept = load(self.config["file"], self.log)
        self.version = kept.get("version", 0)
        self.list = kept.get("schedules", [])
        notes = load(self.config["notes"], self.log)
        self.upto = notes.get("upto")  # all up to here is settled
        self.started = [tuple(start) for start in notes.get("started", [])]  # (id, local time)
        self.due = None
        self._zone = None
        self.rain = None
        self.property(
            "active", kind="switch", name="Schedules", value=notes.get("active", True), set=self.command
        )
        self.property(
            "percent", kind="number", name="Seasonal percentage", value=notes.get("percent", 100), unit="%",
            min=0, max=250, step=1, set=self.command,
        )  # fmt: skip
        self.property("next", kind="sensor", name="Next start", device_class="timestamp")
        self.publish("schedules/list", self.list, True)
        self.listen("schedules/list/set", self.on_list)
        self.listen("schedules/+/active/set", self.on_list)
        self.listen("$rain", self._on_rain)
        self.listen("tz/zone", self._on_zone)
        self.every(1000, self.beat)

    def command(self, property, value):
        """Switch all on or off, or take another percentage: the commands."""
        self.beat()  # what is due by the old value starts
        property.value = value
        self.note()

    def on_list(self, topic, value):
        """Take another list, or switch one schedule."""
        from .schedule_list import take

        take(self, topic, value)

    def _on_rain(self, topic, reason):
        self.rain = reason

    def _on_zone(self, topic, text):
        if self._zone not in (None, text):
            self.forget()  # what would have been due by the new zone is over
        self._zone = text

    def forget(self):
        """All up to now is settled."""
        self.upto = int(time.time()) if is_set() else None
        self.due = None
        self.note()

    # the clock

    def beat(self):
        """Look at the clock and start what is due."""
        if not is_set() or not zone(self.kernel):
            return
        now = int(time.time())
        if self.upto is None or self.upto > now:  # set back: what comes again is found among the starts
            self.upto = now
            self.due = None
            self.note()
        if self.due is None or now >= self.due:
            from .starts import settle

            settle(self, now)

    def note(self):
        """Note in the file what is settled, and the settings."""
        from .schedule_list import note

        note(self)
