"""A servo: an angle, by the length of its pulses."""

from machine import PWM, Pin


class Device:
    """The number `<id>` from 0 to `degrees`.

    min_us, max_us: the pulses for both ends. rest_ms: so long after a movement the pulses end, and the servo is
    without force (0: never). safe: the angle when the module stops; null leaves it.
    """

    def __init__(self, module, id, driver, config):
        if not 0 < config["min_us"] < config["max_us"] < 1000000 // config["hz"]:
            raise ValueError("min_us %s, max_us %s: can't be" % (config["min_us"], config["max_us"]))
        self._module = module
        self._config = config
        self._timer = None
        self._pwm = PWM(Pin(config["pin"]), freq=config["hz"], duty_u16=self._duty(config["value"]))
        self._property = module.property(
            id,
            kind="number",
            value=config["value"],
            min=0,
            max=config["degrees"],
            unit="\u00b0",
            set=self._set,
            name=config.get("name", "Servo"),
        )
        self._rest_later()

    def _duty(self, angle):
        config = self._config
        if not 0 <= angle <= config["degrees"]:
            raise ValueError("%s: takes 0 to %s degrees" % (angle, config["degrees"]))
        us = config["min_us"] + (config["max_us"] - config["min_us"]) * angle / config["degrees"]
        return int(us * config["hz"] * 65535 // 1000000)

    def _set(self, property, angle):
        self._pwm.duty_u16(self._duty(angle))
        property.value = angle
        self._rest_later()

    def _rest_later(self):
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._config["rest_ms"]:
            self._timer = self._module.after(self._config["rest_ms"], self._rest)

    def _rest(self):
        self._timer = None
        self._pwm.duty_u16(0)

    def stop(self):
        """Go to the safe angle."""
        if self._config["safe"] is not None:
            self._pwm.duty_u16(self._duty(self._config["safe"]))
