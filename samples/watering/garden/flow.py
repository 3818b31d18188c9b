"""The flow meter: litres a minute, today and in all; alarms that close the valves until a person resets them."""

from modcore import Module
from modcore.irq_safe import Counter
from modcore.ticks import const, ticks_diff, ticks_ms

from .limits import Limits

_KEEP_MS = const(900000)  # what has flowed is noted so often at least


class Flow(Module):
    """A meter with pulses on a pin.

    config: `pin` (none: there is no meter), `ratio`, litres for each edge of its signal, `window_ms`, how often they
    are counted; the limits, of which 0 turns each off: `max` litres a minute for `max_s`, `none_s` without a drop
    while a valve is open, `leak_l` litres while all are closed, from `settle_s` on; `file`.
    """

    defaults = {
        "pin": None,
        "ratio": 0.00125,
        "window_ms": 1000,
        "max": 0,
        "max_s": 5,
        "none_s": 0,
        "leak_l": 0,
        "settle_s": 60,
        "file": "flow.json",
    }
    pin = None

    def configure(self):
        """ValueError: a window or a ratio that counts nothing."""
        if self.config["window_ms"] < 100 or not 0 < self.config["ratio"] <= 1000:
            raise ValueError("flow: window_ms takes 100 or more, ratio a number above 0 up to 1000")

    def start(self):
        """Read what was noted, an alarm too, and begin to count."""
        from .meter import begin

        config = self.config
        self.limits = Limits(
            config["max"], config["max_s"], config["none_s"], config["leak_l"], config["settle_s"]
        )
        self.counter = Counter()
        self.seen = 0
        self.open = {}  # id of each valve that is open -> its name
        self.changed = False
        begin(self)
        self.since = self.kept = ticks_ms()
        self.every(config["window_ms"], self.measure)

    def stop(self):
        """Note what has flowed."""
        if self.pin:
            self.pin.irq(handler=None)
        if self.changed:
            self.keep()

    def on_valve(self, topic, open):
        """A valve has opened or closed."""
        from .meter import note_valve

        note_valve(self, topic, open)

    def measure(self):
        """Work out what has flowed in the window that ends now."""
        from .meter import show

        value = self.counter.value  # read once: the interrupt goes on counting
        litres = ((value - self.seen) & 0x1FFFFFFF) * self.config["ratio"]
        self.seen = value
        now = ticks_ms()
        ms = max(1, ticks_diff(now, self.since))
        self.since = now
        self.show("rate", round(litres * 60000 / ms, 1))
        if litres:
            self.litres += litres
            self.litres_today += litres
            self.changed = True
        show(self)
        if self.changed and ticks_diff(now, self.kept) >= (60000 if not litres else _KEEP_MS):
            self.keep()
        if not self.properties["alarm"].value:
            reason = self.limits.feed(ms, litres, [self.open[id] for id in sorted(self.open)])
            if reason:
                self.alarm(reason)

    def show(self, id, value):
        """Set a property, unless it has the value already."""
        property = self.properties[id]
        if property.value != value:
            property.value = value

    def alarm(self, reason):
        """Close all valves, and let none open until a person resets it. None: it is reset."""
        from .meter import alarm

        alarm(self, reason)

    def reset(self, property=None, value=None):
        """A person has looked after it: the command."""
        if self.properties["alarm"].value:
            self.alarm(None)

    def keep(self):
        """Note in the file what has flowed, and the alarm."""
        from .meter import keep

        keep(self)
