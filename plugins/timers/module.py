"""Timers: what the configuration wants to happen again and again, later, or at a time of day."""

from modcore import Module
from modcore.events import Events
from modcore.lazy import load


class Timers(Module):
    """Fires events by the configuration; for a program `alarm(…)`, beside `after` and `every` of each module.

    Each interval and each alarm is a switch `timers/<id>`; `timers/<id>/fired` tells each time, `timers/next` when
    the next alarm is due.
    """

    defaults = {"intervals": {}, "alarms": {}, "after": {}, "missed_s": 3600, "file": "timers.json"}
    _clock = None
    _troubled = False  # `$error/timers` tells of an entry

    def start(self):
        """Begin with all that is active; what is written wrongly is reported, the rest works."""
        self._clock = None
        self.entries = {}
        if self._troubled:
            self._troubled = False
            self.publish("$error/" + self.id, None, True)
        for kind, file in (("intervals", "interval"), ("after", "delay"), ("alarms", "daily")):
            entries = self.config[kind]
            if not entries:
                continue
            make = load("plugins.timers." + file).Entry
            for id in sorted(entries):
                try:
                    if not isinstance(entries[id], dict):
                        raise ValueError("takes an object, not %r" % (entries[id],))
                    if id == "next":
                        raise ValueError("the name is taken: timers/next tells the next alarm")
                    self.entries[id] = make(self, id, entries[id])
                except (ValueError, TypeError) as error:
                    text = "%s: %s: %s: %s" % (self.id, kind, id, error)
                    self.log.error(text)
                    self.publish("$error/" + self.id, text, True)
                    self._troubled = True

    def clock(self):
        """The Clock; made with the first alarm."""
        if self._clock is None:
            from .clock import Clock

            self.property("next", kind="sensor", name="Next alarm", device_class="timestamp")
            self._clock = Clock(self, self.config["file"], self.config["missed_s"])
        return self._clock

    def alarm(self, owner, time, handler, days="", utc=False, id=None):
        """Call `handler(alarm)` at `time` of day while the module `owner` runs; what is returned has `cancel()`.

        time: "06:30" or "06:30:15". days: "mon-fri,sun", empty for all. utc: not local time.
        id: remembered over restarts under this name, so that it comes once even if the device crashes.
        ValueError: what is not a time or day.

            self.kernel.modules["timers"].alarm(self, "06:30", self.on_morning, "mon-fri")
        """
        from .daily import Call

        alarm = Call(self, owner, time, handler, days, utc, id)
        self.clock().add(alarm)
        return alarm

    def next_s(self):
        """The seconds until the next alarm; None when there is none."""
        at = self._clock and self._clock.next()
        if at is None:
            return None
        import time

        return max(0, at - int(time.time()))

    def show_next(self, at):
        """Publish when the next alarm is due (s of `time.time()`, or None)."""
        text = None
        if at is not None:
            import time

            text = "%04d-%02d-%02dT%02d:%02d:%02dZ" % tuple(time.gmtime(at)[:6])
        if self.properties["next"].value != text:
            self.properties["next"].value = text

    # for the entries of the configuration

    def switch(self, id, section, set, what):
        """Declare the switch of an entry; its state goes into the configuration."""
        on = section.get("active", True) is True
        return self.property(
            id,
            kind="switch",
            value=on,
            set=lambda property, on: self._switch(property, set, on),
            name=section.get("name", what),
        )

    def events(self, id, section):
        """Return what an entry fires: its own topic, and what `fire` names. ValueError: that is none."""
        return Events(self, ["%s/%s/fired" % (self.id, id)]), Events(self, section.get("fire"))

    def _switch(self, property, set, on):
        from modcore.saver import save_soon

        if property.value == on:
            return
        property.value = on
        set(on)
        for kind in ("intervals", "alarms"):
            if property.id in self.config[kind]:
                section = self.kernel.config.setdefault(self.id, {}).setdefault(kind, {})
                section.setdefault(property.id, {})["active"] = on
        save_soon(self.kernel, property.topic)
