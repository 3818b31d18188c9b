"""A restart of the board each day, at a time when nothing runs."""

from modcore import Module
from modcore.ticks import const

from . import settings

_BEAT_MS = const(20000)


class Restart(Module):
    """Restarts the board. config: `time`, local, as "03:30", or null: never."""

    defaults = {"time": None}
    due = None  # the minute of the day
    wanted = False  # it is time

    def configure(self):
        """ValueError: that is not a time of day."""
        text = self.config["time"]
        if text is None:
            self.due = None
        else:
            from .calendar import minute

            self.due = minute(text)

    def start(self):
        """Look at the clock now and then."""
        self.wanted = False
        if self.due is not None:
            self.every(_BEAT_MS, self.beat)

    def answer(self, what, value):
        """Answer `restart/settings` and `restart/now`, questions of others on the bus: see daily.py."""
        if what != "now":
            return settings(self, what)
        from .daily import begin

        begin(self, value)

    def beat(self):
        """Restart when it is time, as soon as nothing runs."""
        from .daily import look

        look(self)
