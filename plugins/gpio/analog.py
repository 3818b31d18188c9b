"""An analog input: a sensor whose value is the mean of several readings, scaled."""

import sys

from machine import ADC, Pin

from modcore.events import Events

from .bounds import Bounds


class Part:
    """The converter and its property, `<module>/<id>`."""

    def __init__(self, module, id, config, meta):
        self.config = config
        self.adc = _converter(config["pin"], config["atten"])
        self.readings = [0] * max(1, config["samples"])
        if config["factor"] == 1 and not config["offset"]:
            meta.setdefault("unit", "V")
            meta.setdefault("device_class", "voltage")
        self.property = module.property(id, kind="sensor", **meta)
        self.bounds = Bounds(module, id, config)
        self.events = Events(module, config["on_value"])
        self.measure()
        module.every(config["interval_ms"], self.measure)

    def volts(self):
        """The mean voltage of some readings, without those that are off."""
        readings = self.readings
        for i in range(len(readings)):
            readings[i] = self.adc.read_uv() if hasattr(self.adc, "read_uv") else self.adc.read_u16()
        readings.sort()
        skip = len(readings) // 4
        total = 0
        for i in range(skip, len(readings) - skip):
            total += readings[i]
        mean = total / (len(readings) - 2 * skip)
        return mean / 1000000 if hasattr(self.adc, "read_uv") else mean * self.config["vref"] / 65535

    def measure(self):
        """Read, and publish what has changed."""
        config = self.config
        value = round(self.volts() * config["factor"] + config["offset"], config["digits"])
        before = self.property.value
        if before is None or value != before and abs(value - before) >= config["change"]:
            self.property.value = value
            self.events.fire(value)
        self.bounds.check(value)

    def turn(self):
        """The timer does it all."""

    def stop(self):
        """A converter needs nothing."""


def _converter(pin, atten):
    name = "ATTN_%sDB" % str(atten).replace(".", "_")
    if not hasattr(ADC, "ATTN_0DB"):  # only an ESP32 has a range to choose
        return ADC(pin if sys.platform == "esp8266" else Pin(pin))
    if not hasattr(ADC, name):
        raise ValueError("atten %s: takes 0, 2.5, 6 or 11" % atten)
    return ADC(Pin(pin), atten=getattr(ADC, name))
