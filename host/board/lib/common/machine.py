"""machine, as on an ESP32. Pins are here; what is used less often is loaded with its first use."""

import _board

_LATER = {
    "ADC": "_analog",
    "PWM": "_analog",
    "Timer": "_timing",
    "RTC": "_timing",
    "WDT": "_timing",
    "SDCard": "_sdcard",
    "I2C": "_i2c",
    "SoftI2C": "_i2c",
    "time_pulse_us": "_pulse",
    "Signal": "_machine_signal",
    "reset": "_power",
    "soft_reset": "_power",
    "reset_cause": "_power",
    "unique_id": "_power",
    "disable_irq": "_irq",
    "enable_irq": "_irq",
}
_pins = {}


def __getattr__(name):
    if name[:2] == "__":
        raise AttributeError(name)
    module = __import__(_LATER.get(name, "_power" if name[-6:] == "_RESET" else "_sleep"))
    value = globals()[name] = getattr(module, name)
    return value


class Pin:
    """A pin by its GPIO number; `Pin(4)` is always the same object."""

    IN = 1
    OUT = 3
    OPEN_DRAIN = 7
    PULL_DOWN = 1
    PULL_UP = 2
    IRQ_RISING = 1
    IRQ_FALLING = 2
    WAKE_LOW = 4
    WAKE_HIGH = 5
    DRIVE_0 = 0
    DRIVE_1 = 1
    DRIVE_2 = 2
    DRIVE_3 = 3

    def __new__(cls, id, *args, **kwargs):
        if isinstance(id, Pin):
            return id
        pin = _pins.get(id)
        if pin is None:
            number = _board.ask("pin.find", id)
            pin = object.__new__(cls)
            pin._id = number
            pin._mode = 0
            pin._level = 0
            pin._latch = 0
            pin._handler = None
            _pins[id] = pin
            _board.handlers[_board.PIN << 8 | number] = pin._edge
        return pin

    def __init__(self, id, *args, **kwargs):
        if args or kwargs:
            self.init(*args, **kwargs)

    def __repr__(self):
        return "Pin(%d)" % self._id

    def init(self, mode=None, pull=-1, value=None, drive=None, hold=None):
        """Set up the pin; `value` is on it before it becomes an output."""
        if value is not None:
            self._latch = 1 if value else 0
        self._level = _board.ask("pin.init", self._id, mode, pull, self._latch)
        if mode is not None:
            self._mode = mode

    def value(self, x=None):
        """Return the level, or drive the pin to `x`."""
        if x is None:
            if self._mode == 7:  # others pull at this wire too
                return _board.ask("pin.level", self._id)
            _board.deliver()
            return self._level
        self._latch = 1 if x else 0
        if self._mode == 3:
            self._level = self._latch
        _board.tell(80, self._id, self._latch)

    __call__ = value

    def on(self):
        """Drive the pin high."""
        self.value(1)

    def off(self):
        """Drive the pin low."""
        self.value(0)

    def toggle(self):
        """Drive the pin to the other level."""
        self.value(1 - self._latch)

    def irq(self, *args, **kwargs):
        """Call `handler(pin)` at each edge in `trigger`: irq(handler=None, trigger=3, wake=None, hard=False)."""
        from _irq import irq

        return irq(self, *args, **kwargs)

    def _edge(self, level):
        if level != self._level:
            self._level = level
            if self._handler and self._trigger & (1 if level else 2):
                _board.call(self._handler, self, self._hard)
