"""HC-SR04: a distance by ultrasound."""

from time import sleep_us

from machine import Pin, time_pulse_us

from .reading import Reading

_US_PER_CM = 58.2  # there and back, at 20 degrees Celsius
_TRIGGER_US = 10


class Device(Reading):
    """The sensor `<id>`, in cm: the middle one of `samples` echoes. Each holds up the device for 25 ms at most."""

    quantities = (("", "Distance", "cm", "distance"),)

    def __init__(self, module, id, driver, config):
        self._trigger = Pin(config["trigger"], Pin.OUT, value=0)
        self._echo = Pin(config["echo"], Pin.IN)
        Reading.__init__(self, module, id, config)

    def read(self):
        """Measure some times; OSError: no echo came."""
        timeout_us = int(self.config["max_cm"] * _US_PER_CM)
        found = []
        for _ in range(max(1, self.config["samples"])):
            self._trigger.value(1)
            sleep_us(_TRIGGER_US)
            self._trigger.value(0)
            us = time_pulse_us(self._echo, 1, timeout_us)
            if us >= 0:
                found.append(us)
        if not found:
            raise OSError("no echo within %s cm" % self.config["max_cm"])
        found.sort()
        self.show("", found[len(found) // 2] / _US_PER_CM)
