"""Water valves on GPIO pins: one property each, all closed at boot and on stop."""

from machine import Pin

from modcore import Module


class Valves(Module):
    """The valves of a garden.

    Configuration: `pins`, the GPIO of each valve; `names`, in the same order; `disabled`, the numbers
    (from 0) of valves that stay closed.
    """

    defaults = {"pins": [4, 27], "names": ["Lawn", "Beds"], "disabled": []}

    def configure(self):
        """Refuse what could open a wrong valve. ValueError says what to mend."""
        pins = self.config["pins"]
        for i, pin in enumerate(pins):
            if pin in pins[:i]:
                raise ValueError("valves: pins: %r is there twice" % pin)
        for i in self.config["disabled"]:
            if not isinstance(i, int) or not 0 <= i < len(pins):
                raise ValueError("valves: disabled: takes numbers from 0 to %d, not %r" % (len(pins) - 1, i))

    def start(self):
        """Close all valves and declare their properties; a disabled one can't be set."""
        names = self.config["names"]
        for i, pin in enumerate(self.config["pins"]):
            pin = Pin(pin, Pin.OUT, value=0)
            name = names[i] if i < len(names) else "Valve %d" % (i + 1)
            turn = None if i in self.config["disabled"] else self.turn
            valve = self.property(str(i), kind="valve", name=name, value=False, set=turn)
            valve.pin = pin

    def stop(self):
        """Close all valves."""
        for valve in self.properties.values():
            valve.pin.value(0)

    def turn(self, valve, open):
        """Open or close a valve."""
        valve.pin.value(open)
        valve.value = open
