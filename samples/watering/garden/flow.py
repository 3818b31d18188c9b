"""The flow meter: litres a minute, today and in all; alarms that close the valves until a person resets them."""

from modcore import Module
from modcore.ticks import ticks_ms

from . import day, settings

TYPE_CHECKING = False  # for editors and type checkers
if TYPE_CHECKING:
    from modcore.irq_safe import Counter


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
    changed = False  # since it was noted
    # Made by meter.py:
    counter: "Counter"
    seen: int  # of its edges
    since: object  # tick of the last window
    settling: object  # a timer, or None
    day: "int | None"  # whose litres are counted, from 1970 or 2000
    open: dict  # id of each valve that is open -> its name
    busy: bool  # something flows, may flow, or is not noted yet

    def configure(self):
        """ValueError: a window or a ratio that counts nothing."""
        from .checks import flow

        flow(self.config)

    def start(self):
        """Read what was noted, an alarm too, and begin to count."""
        from .meter import begin

        begin(self)
        self.every(self.config["window_ms"], self.measure)

    def stop(self):
        """Note what has flowed."""
        if self.pin:
            self.pin.irq(handler=None)
        if self.changed:
            from .meter import keep

            keep(self)

    def on_valve(self, topic, open):
        """A valve has opened or closed."""
        if open or self.open:
            from .meter import note_valve

            note_valve(self, topic, open)

    def measure(self):
        """Work out what has flowed in the window that ends now."""
        value = self.counter.value  # read once: the interrupt goes on counting
        if self.busy or value != self.seen or (day(self.kernel) or self.day) != self.day:
            from .meter import measure

            measure(self, value)
        else:
            self.since = ticks_ms()

    def answer(self, what, value):
        """Answer `flow/settings`, a question of others on the bus."""
        return settings(self, what)

    def settle(self):
        """The last valve has been closed for so long that no water is on its way any more."""
        self.settling = None

    def reset(self, property=None, value=None):
        """A person has looked after it: the command."""
        from .meter import alarm

        if self.properties["alarm"].value:
            alarm(self, None)
