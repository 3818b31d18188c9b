"""A board of relays: a switch for each."""

from machine import Pin


class Device:
    """The switches `<id>_1`, `<id>_2` …; most boards switch with a low level, so that `invert` is true at first."""

    def __init__(self, module, id, driver, config):
        if not config["pins"]:
            raise ValueError("pins: takes a list of pins")
        self._low = 1 if config["invert"] else 0
        self._safe = config["safe"]
        self._pins = []
        for i, number in enumerate(config["pins"]):
            # With the level given before the mode the relay never clicks by itself.
            pin = Pin(number, Pin.OUT, value=self._low ^ config["value"])
            self._pins.append(pin)
            names = config["names"]
            name = names[i] if i < len(names) else "%s %d" % (config.get("name", "Relay"), i + 1)
            switch = module.property(
                "%s_%d" % (id, i + 1), kind=config["kind"], value=config["value"], set=self._set, name=name
            )
            switch.pin = pin

    def _set(self, property, on):
        property.pin.value(self._low ^ on)
        property.value = on

    def stop(self):
        """Go to the safe value; null leaves them as they are."""
        if self._safe is not None:
            for pin in self._pins:
                pin.value(self._low ^ self._safe)
