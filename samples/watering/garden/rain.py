"""Rain: a sensor, and a delay that somebody asks for; both leave schedules out.

`$rain` carries the reason, retained, or null. The delay counts on the monotonic clock; only a power cut is bridged
by the time of day.
"""

from modcore import Module
from modcore.ticks import const

from . import settings

TYPE_CHECKING = False  # for editors and type checkers
if TYPE_CHECKING:
    from modcore.timer import Timer

_BEAT_MS = const(5000)


class Rain(Module):
    """Rain sensor and rain delay.

    config: `pin` (none: there is no sensor), `wet`, its level when it is wet, `dry_h`, for how many hours after rain
    schedules are left out, `stop`, whether rain ends what a schedule has started; `file`.
    """

    defaults = {"pin": None, "wet": 0, "dry_h": 0, "stop": True, "file": "rain.json"}
    pin = None
    wet = False
    # Made by weather.py:
    count: int  # readings in a row that were different
    delay: "Timer | None"  # what ends the delay
    until: "int | None"  # when it ends, if the clock was set

    def configure(self):
        """ValueError: `dry_h` is below 0."""
        from .checks import numbers

        numbers(self.config, self.id, ("dry_h",))

    def start(self):
        """Set up the sensor, and take up a delay that a power cut has interrupted."""
        from .weather import begin

        begin(self)
        self.every(_BEAT_MS, self.beat)

    def beat(self):
        """Read the sensor."""
        wet = self.pin.value() == self.config["wet"] if self.pin else False
        if wet != self.wet or self.count or self.until is not None and not self.delay:
            from .weather import look

            look(self, wet)

    def answer(self, what, value):
        """Answer `rain/settings`, a question of others on the bus."""
        return settings(self, what)

    def dry(self):
        """The rain is over for long enough."""
        from .weather import dry

        dry(self)

    def set_delay(self, property, on):
        """Begin or end the delay: the command."""
        from .weather import begin_delay

        begin_delay(self, self.properties["hours"].value * 3600 if on else 0)

    def set_hours(self, property, hours):
        """Take another length for delays; one that runs begins anew with it."""
        property.value = hours
        self.set_delay(None, self.properties["delay"].value)
