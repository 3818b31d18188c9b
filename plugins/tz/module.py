"""Tz: publishes the device's zone, its offset and name at each change, and local time every minute."""

import time

from modcore import Module
from modcore.ticks import const

from .zone import Zone, seconds

_CHECK_S = const(60)  # a clock that somebody sets is noticed after so long at the latest
_SET_S = seconds(2024, 1, 1)  # before this the clock has not been set


class Tz(Module):
    """Local time. `kernel.modules["tz"].zone` is the Zone, `tz/zone` its string.

    config: `zone` (POSIX TZ string), `every_s` (how often `tz/time` is published, 0: never), `on_change`
    (events to fire when offset or name change), `allow` (commands that come from outside: `zone`).
    """

    defaults = {"zone": "UTC0", "every_s": 60, "on_change": [], "allow": []}

    def configure(self):
        """Read the zone. ValueError: the string is none, or `allow` names something that is not a command."""
        from modcore.orders import check

        check(self, ("zone",))
        try:
            self.zone = Zone(self.config["zone"])
        except ValueError as error:
            raise ValueError("tz: %s" % error)

    def start(self):
        """Declare the properties and begin to tick."""
        from modcore.orders import give, take

        self._offset = self._name = None
        self._timer = None
        if "zone" in self.config["allow"]:
            self.property("zone", kind="text", value=self.zone.text, set=give, name="Time zone", min=3)
        else:
            self.property("zone", kind="sensor", value=self.zone.text, name="Time zone")
        take(self)
        self.property("offset", kind="sensor", name="Offset from UTC", unit="s")
        self.property("name", kind="sensor", name="Time zone now")
        self.property("time", kind="sensor", name="Local time")
        self.listen("ntp/step", self._on_step)
        self._tick()

    def do(self, command, value=None):
        """Carry out `zone`, another zone that is saved, whatever is allowed from outside. Refused: it can't be.

        kernel.modules["tz"].do("zone", "CET-1CEST,M3.5.0,M10.5.0/3")
        """
        from .setting import set_zone

        try:
            set_zone(self, command, value)
        finally:
            self._again()

    def _on_step(self, topic, value):
        self._again()

    def _again(self):
        if self._timer:
            self._timer.cancel()
        self._tick()

    def _tick(self):
        now = int(time.time())
        zone = self.zone
        offset = zone.offset(now)
        name = zone.name(now)
        if offset != self._offset or name != self._name:
            first = self._offset is None
            self._offset = offset
            self._name = name
            self.properties["offset"].value = offset
            self.properties["name"].value = name
            if not first:
                self.log.info("local time is now %s, %d s east" % (name, offset))
                self.fire(self.config["on_change"], offset)
        wait_s = _CHECK_S - (now + offset) % 60
        every_s = self.config["every_s"]
        if every_s and now >= _SET_S:
            local = now + offset
            self.properties["time"].value = "%04d-%02d-%02d %02d:%02d:%02d" % zone.localtime(now)[:6]
            wait_s = min(wait_s, every_s - local % every_s)
        change = zone.next_change(now)
        if change is not None:
            wait_s = min(wait_s, change - now)
        self._timer = self.after(wait_s * 1000, self._tick)
