"""The pins of a board: what the interpreter drives, what somebody outside does, and what comes of it."""

PIN = 80
_OUT = 3
_OPEN_DRAIN = 7
_PULL_DOWN = 1
_PULL_UP = 2
_SUPPLY_V = 3.3
# The full scale of an ESP32's converter at 0, 2.5, 6 and 11 dB of attenuation.
_RANGE_V = (1.1, 1.5, 2.2, 3.3)
_PIN_COUNT = 64
_NOW_MS = 0.01  # less than this is rounding, not time to wait
_NAMES = {"LED": 2, "BOOT": 0}


class Pin:
    """One pin: its mode and pull, the latch of its driver, and what drives it from outside."""

    def __init__(self, number):
        self.number = number
        self.driven = None  # by somebody outside: 0, 1 or None
        self.volts = None  # from outside
        self.reset()

    def reset(self):
        """Set it up as it is after a reset of the board."""
        self.mode = None
        self.pull = 0
        self.latch = 0
        self.pwm = None
        self.edges = 0  # that the interpreter wants to hear of

    def level(self):
        """Return 0 or 1."""
        if self.mode == _OUT or self.mode == _OPEN_DRAIN and not self.latch:
            return self.latch
        if self.driven is not None:
            return self.driven
        if self.volts is not None:
            return 1 if self.volts > _SUPPLY_V / 2 else 0
        return 1 if self.pull & _PULL_UP else 0

    def analog(self):
        """Return the voltage."""
        if self.volts is not None and self.mode != _OUT:
            return self.volts
        return _SUPPLY_V if self.level() else 0.0

    def show(self):
        """Return what to tell a person: 0, 1 or the text of a square wave."""
        if self.pwm:
            return "%d Hz %d %%" % (self.pwm[0], round(self.pwm[1] / 655.35))
        return self.level()


class Pins:
    """All pins, made when they are first used."""

    def __init__(self, world):
        self._world = world
        self._pins = {}

    def __getitem__(self, number):
        """Return the Pin with this GPIO number or name. ValueError: there is none."""
        if isinstance(number, str):
            number = _NAMES.get(number, number)
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < _PIN_COUNT:
            raise ValueError("invalid pin")
        if number not in self._pins:
            self._pins[number] = Pin(number)
        return self._pins[number]

    def __iter__(self):
        """Go through the pins in use, by number."""
        return iter([self._pins[number] for number in sorted(self._pins)])

    def boot(self):
        """All pins float again."""
        for pin in self:
            shown = pin.show()
            pin.reset()
            if pin.show() != shown:
                self._changed(pin)

    # outside

    def drive(self, number, level):
        """Put 0 or 1 on a pin, or None to let go of it."""
        pin = self[number]
        self._change(pin, "driven", None if level is None else 1 if level else 0)

    def volts(self, number, volts):
        """Put a voltage on a pin, or None to let go of it."""
        self._change(self[number], "volts", volts)

    def pulse(self, number, count=1, hz=10.0, duty=0.5):
        """Put `count` pulses on a pin, `hz` a second, high for `duty` of the time; none is left out."""
        self._play(number, _pulses(self._world.now(), count, 1000 / hz, duty))

    def bounce(self, number, level, times=4, ms=8):
        """Bring a pin to `level` as a worn contact does: `times` back and forth within `ms`."""
        start = self._world.now()
        step = ms / (2 * times)
        self._play(number, iter([(start + i * step, level ^ (i & 1)) for i in range(2 * times + 1)]))

    def _play(self, number, edges, edge=None):
        while True:
            if edge is None:
                try:
                    edge = next(edges)
                except StopIteration:
                    return
            left = edge[0] - self._world.now()
            if left > _NOW_MS:
                self._world.after(left, self._play, number, edges, edge)
                return
            self.drive(number, edge[1])
            edge = None

    def _change(self, pin, name, value):
        level = pin.level()
        setattr(pin, name, value)
        if pin.level() != level:
            self._changed(pin)
            self._world.power.pin_changed(pin)
            if pin.mode is not None or pin.edges:
                self._world.interrupt(PIN, pin.number, pin.level())
        elif name == "volts":
            self._world.changed("volts", pin.number, value)

    def _changed(self, pin):
        self._world.changed("pin", pin.number, pin.show())

    # inside

    def latch(self, number, level):
        """Set the level that the interpreter drives the pin to."""
        pin = self[number]
        before = pin.show()
        pin.latch = level
        if pin.show() != before:
            self._changed(pin)
            if pin.edges:
                self._world.interrupt(PIN, number, pin.level())

    def on_find(self, number):
        """Return the number of a pin."""
        return self[number].number

    def on_init(self, number, mode, pull, latch):
        """Set a pin up; returns its level."""
        pin = self[number]
        if mode is not None and mode != 1 and 34 <= number <= 39 and self._world.kind == "esp32":
            raise ValueError("pin can only be input")
        fresh = pin.mode is None
        before = pin.show()
        pin.latch = latch
        if mode is not None:
            pin.mode = mode
            pin.pwm = None
        if pull != -1:
            pin.pull = pull or 0
        if pin.show() != before or fresh:
            self._changed(pin)
        return pin.level()

    def on_level(self, number):
        """Return the level of a pin."""
        return self[number].level()

    def on_irq(self, number, edges):
        """Note which edges interrupt; returns the level."""
        pin = self[number]
        pin.edges = edges
        return pin.level()

    def on_analog(self, number):
        """Use a pin for measuring."""
        self[number].mode = 1

    def on_microvolts(self, number, attenuation):
        """Return the voltage, as far as the range goes."""
        return int(min(max(self[number].analog(), 0), _RANGE_V[attenuation]) * 1000000)

    def on_u16(self, number, attenuation):
        """Return the voltage as 0 to 65535 of the range."""
        return self.on_microvolts(number, attenuation) * 65535 // int(_RANGE_V[attenuation] * 1000000)

    def on_pwm(self, number, hz, duty):
        """Put a square wave on a pin; 0 Hz ends it."""
        pin = self[number]
        pin.mode = _OUT
        pin.pwm = (hz, duty) if hz else None
        self._changed(pin)


def _pulses(start, count, period, duty):
    for i in range(count):
        yield (start + i * period, 1)
        yield (start + (i + duty) * period, 0)
