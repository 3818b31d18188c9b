"""Rain: a sensor, and a delay that somebody asks for; both leave schedules out.

`$rain` carries the reason, retained, or null. The delay counts on the monotonic clock; only a power cut is bridged
by the time of day.
"""

from modcore import Module
from modcore.ticks import const, ticks_diff, ticks_ms

_BEAT_MS = const(5000)


class Rain(Module):
    """Rain sensor and rain delay.

    config: `pin` (none: there is no sensor), `wet`, its level when it is wet, `dry_h`, for how many hours after rain
    schedules are left out, `stop`, whether rain ends what a schedule has started; `file`.
    """

    defaults = {"pin": None, "wet": 0, "dry_h": 0, "stop": True, "file": "rain.json"}
    pin = None

    def start(self):
        """Set up the sensor, and take up a delay that a power cut has interrupted."""
        from .weather import begin

        self.wet = False
        self.count = 0  # readings in a row that were different
        self.delay = None  # the timer that ends the delay
        self.until = None  # when it ends, if the clock was set
        self.dried = None  # tick when the last rain ended
        self.reason = None
        begin(self)
        self.every(_BEAT_MS, self.beat)

    def beat(self):
        """Read the sensor; what it says has to last for two readings."""
        if self.pin:
            wet = self.pin.value() == self.config["wet"]
            self.count = self.count + 1 if wet != self.wet else 0
            if self.count > 1:
                self.count = 0
                self.wet = self.properties["wet"].value = wet
                self.dried = None if wet else ticks_ms()
                self.tell()
                if wet and self.config["stop"]:
                    self.fire({"$player/drop": "schedule"})
        if self.dried is not None and ticks_diff(ticks_ms(), self.dried) >= self.config["dry_h"] * 3600000:
            self.dried = None
            self.tell()
        if self.until is not None and not self.delay:
            from .weather import resume

            resume(self)

    def tell(self):
        """Tell the schedules."""
        if self.wet:
            reason = "rain"
        elif self.dried is not None and self.config["dry_h"]:
            reason = "it has rained"
        else:
            reason = "rain delay" if self.delay or self.until is not None else None
        if reason != self.reason:
            self.reason = reason
            self.publish("$rain", reason, True)

    def set_delay(self, property, on):
        """Begin or end the delay: the command."""
        from .weather import begin_delay

        begin_delay(self, self.properties["hours"].value * 3600 if on else 0)

    def set_hours(self, property, hours):
        """Take another length for delays; one that runs begins anew with it."""
        property.value = hours
        self.set_delay(None, self.properties["delay"].value)
