"""A restart of the board each day, at a time when nothing runs."""

import time

from modcore import Module
from modcore.ticks import const

from .clock import is_set, zone

_BEAT_MS = const(20000)
_YOUNG_MS = const(900000)  # it has just restarted


class Restart(Module):
    """Restarts the board. config: `time`, local, as "03:30", or null: never."""

    defaults = {"time": None}
    due = None  # the minute of the day

    def configure(self):
        """ValueError: that is no time of day."""
        from .calendar import minute

        text = self.config["time"]
        self.due = None if text is None else minute(text)

    def start(self):
        """Look at the clock now and then."""
        self.wanted = False
        if self.due is not None:
            self.every(_BEAT_MS, self.beat)

    def beat(self):
        """Restart when it is time, as soon as nothing runs."""
        here = zone(self.kernel)
        if not is_set() or not here or self.kernel.uptime_ms() < _YOUNG_MS:
            return
        now = int(time.time())
        if (now + here.offset(now)) // 60 % 1440 == self.due:
            self.wanted = True
        bus = self.kernel.bus
        if self.wanted and not bus.get("player/running") and not bus.get("$valves/direct"):
            from plugins.control.restart import reset

            reset(self.kernel, "each day")
