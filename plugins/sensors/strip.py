"""A strip of NeoPixels (WS2812) as one lamp with colour and brightness, through MicroPython's driver `neopixel`."""

from machine import Pin

from modcore.property import Refused


class Device:
    """The light `<id>`, 0 to 100, and its colour `<id>_color`, `#rrggbb`."""

    def __init__(self, module, id, driver, config):
        from neopixel import NeoPixel

        self._white = config["white"]
        self._strip = NeoPixel(Pin(config["pin"], Pin.OUT), config["count"], bpp=4 if self._white else 3)
        self._color = _figures(config["color"])
        name = config.get("name", "Strip")
        self._level = module.property(
            id, kind="light", value=config["value"], min=0, max=100, set=self._set_level, name=name
        )
        module.property(
            id + "_color",
            kind="text",
            value=config["color"],
            set=self._set_color,
            min=7,
            max=7,
            name=name + " colour",
        )
        self._write()

    def _set_level(self, property, percent):
        property.value = percent
        self._write()

    def _set_color(self, property, text):
        try:
            self._color = _figures(text)
        except ValueError as error:
            raise Refused("%s %s" % (property.topic, error))
        property.value = text
        self._write()

    def _write(self):
        color = tuple([figure * self._level.value // 100 for figure in self._color])
        if self._white:  # what all three have in common is the white lamp's
            white = min(color)
            color = tuple([figure - white for figure in color]) + (white,)
        self._strip.fill(color)
        self._strip.write()

    def stop(self):
        """Put it out."""
        self._strip.fill((0, 0, 0, 0))
        self._strip.write()


def _figures(text):
    """(red, green, blue) of `#rrggbb`. ValueError: it is none."""
    try:
        if len(text) != 7 or text[0] != "#":
            raise ValueError
        return tuple([int(text[i : i + 2], 16) for i in (1, 3, 5)])
    except ValueError:
        raise ValueError("takes a colour such as #ff8800, not %s" % text)
