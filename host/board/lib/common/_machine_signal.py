"""machine.Signal: a pin whose `on` may mean low."""

from machine import Pin


class Signal:
    """A pin, or what `Pin` takes, with the levels exchanged when `invert` is true."""

    def __init__(self, pin, *args, invert=False, **kwargs):
        self._pin = Pin(pin, *args, **kwargs)
        self._invert = 1 if invert else 0

    def value(self, x=None):
        """Return whether it is on, or switch it."""
        if x is None:
            return self._pin.value() ^ self._invert
        self._pin.value((1 if x else 0) ^ self._invert)

    __call__ = value

    def on(self):
        """Switch it on."""
        self.value(1)

    def off(self):
        """Switch it off."""
        self.value(0)
