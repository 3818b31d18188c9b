"""A pulse counter: rate and total as sensors, with bounds to the rate and a limit to the total."""

from machine import Pin

from modcore.events import Events
from modcore.irq_safe import Counter
from modcore.ticks import ticks_add, ticks_diff, ticks_ms

from .bounds import Bounds

_PER = {1: "s", 60: "min", 3600: "h"}
_SMALL = (1 << 29) - 1  # what a Counter wraps at
_EDGES = {"rising": Pin.IRQ_RISING, "falling": Pin.IRQ_FALLING, "both": Pin.IRQ_RISING | Pin.IRQ_FALLING}


class Part:
    """The sensor `<module>/<id>`, the rate, and the number `<module>/<id>_total`, which can be set."""

    def __init__(self, module, id, config, meta):
        from .pins import input_pin, interrupt

        if config["edge"] not in _EDGES:
            raise ValueError("edge %r: takes rising, falling or both" % config["edge"])
        self.config = config
        self.pulses = Dead(config["dead_ms"]) if config["dead_ms"] else Counter()
        self.seen = 0
        self.since = ticks_ms()
        self.count = 0  # pulses of the total
        self.start = 0  # what the total was set to
        total = dict(meta)
        if "unit" in meta:
            meta["unit"] = "%s/%s" % (meta["unit"], _PER.get(config["rate_s"], "%s s" % config["rate_s"]))
        if "name" in meta:
            total["name"] = meta["name"] + " total"
        self.rate = module.property(id, kind="sensor", value=0, **meta)
        self.total = module.property(
            id + "_total", kind="number", value=0, min=0, set=self.set_total, **total
        )
        self.bounds = Bounds(module, id, config)
        self.events = Events(module, config["on_total"])
        self.full = False
        self.pin = input_pin(config)
        interrupt(self.pin, self.pulses.hit, _EDGES[config["edge"]])
        module.every(config["period_ms"], self.measure)

    def measure(self):
        """Work out the rate of the period that ends now."""
        config = self.config
        value = self.pulses.value  # read once: the interrupt goes on counting
        pulses = (value - self.seen) & _SMALL
        self.seen = value
        now = ticks_ms()
        ms = ticks_diff(now, self.since)
        self.since = now
        if ms <= 0:
            ms = 1
        rate = round(pulses * config["factor"] * config["rate_s"] * 1000 / ms, config["digits"])
        if rate != self.rate.value:
            self.rate.value = rate
        if pulses:
            self.count += pulses
            self.show_total()
        self.bounds.check(rate)

    def show_total(self):
        """Publish the total and look at its limit."""
        total = round(self.start + self.count * self.config["factor"], self.config["digits"])
        self.total.value = total
        limit = self.config["max_total"]
        full = limit is not None and total >= limit
        if full and not self.full:
            self.events.fire(total)
        self.full = full

    def set_total(self, property, value):
        """Begin to count at `value`: the command."""
        self.start = value
        self.count = 0
        self.show_total()

    def turn(self):
        """The timer does it all."""

    def stop(self):
        """End the interrupt."""
        self.pin.irq(handler=None)


class Dead(Counter):
    """Counts like Counter, but nothing within `dead_ms` after an edge: contacts bounce."""

    def __init__(self, dead_ms):
        Counter.__init__(self)
        self.dead_ms = dead_ms
        self.last = ticks_add(ticks_ms(), -dead_ms)

    def _hit(self, source=None):
        now = ticks_ms()
        if ticks_diff(now, self.last) >= self.dead_ms:
            self.value = (self.value + 1) & _SMALL
        self.last = now
