"""World: all that surrounds the interpreter of a virtual board, as plain state without I/O, threads or clock.

It runs in the process that owns a board, and, for tests of the modules in `../lib`, on MicroPython too.
"""

from .card import Card
from .clock import Clock
from .pins import Pins
from .power import Later, Power
from .wifi import Wifi
from .wires import Wires

__all__ = ("CALL", "FEED", "Later", "PIN", "TIMER", "World")

PIN, TIMER, FEED, CALL = 80, 84, 87, 67  # kinds of frames, see ../lib/common/_board.py


class World:
    """A board without its interpreter.

    now: () -> ms, a clock that never jumps. interrupt(kind, index, value): sends the interpreter a frame.
    kind: whose radio codes it has, "esp32", "esp8266" or "rp2". changed(what, name, value): told of each
    change that somebody may want to see.

        world = World(now, send)
        world.handle(["pin.init", 4, 3, 0, 1])     # what the interpreter asks; returns the level
        world.pins.drive(5, 1)                     # what somebody outside does
    """

    def __init__(self, now, interrupt, kind="esp32", changed=None):
        self.now = now
        self.interrupt = interrupt
        self.kind = kind
        self.changed = changed or _nobody
        self._agenda = []  # [due, number, function, arguments], the next one first
        self._count = 0
        self.pins = Pins(self)
        self.power = Power(self)
        self.wifi = Wifi(self)
        self.clock = Clock(self)
        self.card = Card(self)
        self.wires = Wires(self)
        self.garden = None  # see garden.py
        self.parts = {
            "pin": self.pins,
            "wifi": self.wifi,
            "clock": self.clock,
            "power": self.power,
            "card": self.card,
            "wires": self.wires,
        }

    def handle(self, words):
        """Answer a request `["part.name", argument…]`: calls `on_name` of that part.

        ValueError, OSError: raised in the interpreter as well.
        """
        part, _, name = words[0].partition(".")
        handler = getattr(self.parts.get(part), "on_" + name, None)
        if handler is None:
            raise ValueError("the board knows no " + words[0])
        return handler(*words[1:])

    def frame(self, kind, index, value):
        """Take a frame from the interpreter."""
        if kind == PIN:
            self.pins.latch(index, value)
        elif kind == FEED:
            self.power.feed()

    def boot(self):
        """The interpreter starts: peripherals are as after a reset."""
        self.pins.boot()
        self.power.boot()
        self.wifi.boot()

    # time

    def after(self, ms, function, *args):
        """Call `function(*args)` in `ms`; the entry returned can be given to `cancel`."""
        self._count += 1
        entry = [self.now() + ms, self._count, function, args]
        place = len(self._agenda)
        while place and self._agenda[place - 1][0] > entry[0]:
            place -= 1
        self._agenda.insert(place, entry)
        return entry

    def cancel(self, entry):
        """Forget what `after` returned; one that is over, or None, is not an error."""
        if entry in self._agenda:
            self._agenda.remove(entry)

    def next_due(self):
        """Return the time of the next thing to happen, or None."""
        return self._agenda[0][0] if self._agenda else None

    def tick(self):
        """Let happen what is due."""
        while self._agenda and self._agenda[0][0] <= self.now():
            entry = self._agenda.pop(0)
            entry[2](*entry[3])


def _nobody(what, name, value):
    pass
