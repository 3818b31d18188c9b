"""An output: a switch, light or valve, with an optional limit to the time that it is on."""

from machine import Pin


class Part:
    """The pin and its property, `<module>/<id>`."""

    def __init__(self, module, id, config, meta):
        self.module = module
        self.safe = config["safe"]
        self.max_on_ms = config["max_on_ms"]
        self.timer = None
        self.low = 1 if config["invert"] else 0
        mode = Pin.OPEN_DRAIN if config["open_drain"] else Pin.OUT
        # With the level given before the mode the pin never shows the wrong one.
        self.pin = Pin(config["pin"], mode, value=self.low ^ config["value"])
        self.property = module.property(id, kind=config["kind"], set=self.set, **meta)
        self.set(self.property, config["value"])
        module.listen(self.property.topic + "/toggle", self.toggle)

    def set(self, property, on):
        """Switch it: the command."""
        self.pin.value(self.low ^ on)
        property.value = on
        if self.timer:
            self.timer.cancel()
            self.timer = None
        if on and self.max_on_ms:
            self.timer = self.module.after(self.max_on_ms, self.set, property, False)

    def toggle(self, topic, value):
        """Switch it over: what a button's configuration fires."""
        self.set(self.property, not self.property.value)

    def turn(self):
        """Nothing is ever due."""

    def stop(self):
        """Go to the safe value."""
        if self.safe is not None:
            self.pin.value(self.low ^ self.safe)
