"""A PWM output: a number (or light) from 0 to 100 per cent."""

from machine import PWM, Pin

_FULL = 65535


class Part:
    """The pin and its property, `<module>/<id>`."""

    def __init__(self, module, id, config, meta):
        self.safe = config["safe"]
        for key in ("value", "safe"):
            if config[key] is not None and not 0 <= config[key] <= 100:
                raise ValueError("%s %s: takes 0 to 100" % (key, config[key]))
        self.invert = config["invert"]
        self.number = config["pin"]
        meta.setdefault("unit", "%")
        pin = Pin(self.number, Pin.OUT, value=1 if self.invert else 0)
        self.pwm = PWM(pin, freq=config["hz"], duty_u16=self._duty(config["value"]))
        self.property = module.property(
            id, kind=config["kind"], value=config["value"], min=0, max=100, set=self.set, **meta
        )

    def _duty(self, percent):
        duty = round(percent * _FULL / 100)
        return _FULL - duty if self.invert else duty

    def set(self, property, percent):
        """Change the duty: the command."""
        self.pwm.duty_u16(self._duty(percent))
        property.value = percent

    def turn(self):
        """Nothing is ever due."""

    def stop(self):
        """Go to the safe value; what is full or nothing is kept without PWM."""
        if self.safe is None:
            return
        self.pwm.duty_u16(self._duty(self.safe))
        if self.safe in (0, 100):
            self.pwm.deinit()
            Pin(self.number, Pin.OUT, value=1 if (self.safe == 100) != self.invert else 0)
