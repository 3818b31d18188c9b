"""A strip of coloured lamps: a light with brightness, colour and effects: http://127.0.0.1:8080/"""

from random import getrandbits

from machine import Pin
from neopixel import NeoPixel

from modcore import Module

FRAME_MS = 50
EFFECTS = ["none", "rainbow", "candle", "breathe"]


def wheel(turn):
    """The colour at `turn` (0 to 255) of the colour wheel: (red, green, blue)."""
    third, at = turn % 256 // 86, turn % 256 % 86 * 3
    return ((255 - at, at, 0), (0, 255 - at, at), (at, 0, 255 - at))[third]


class Lamp(Module):
    """pin: where the strip is. count: of its lamps."""

    defaults = {"pin": 16, "count": 8}

    def start(self):
        """Take the strip, dark, and declare the light."""
        self.strip = NeoPixel(Pin(self.config["pin"], Pin.OUT), self.config["count"])
        self.step = 0
        self.timer = None
        self.light = self.property(
            "light", kind="light", name="Strip", fields=["on", "brightness", "color", "effect"], effects=EFFECTS,
            value={"on": False, "brightness": 60, "color": [255, 160, 60], "effect": "none"},
            set=self.command, keep="command",
        )  # fmt: skip
        self.draw()

    def stop(self):
        """Leave it dark."""
        self.fill((0, 0, 0))

    def command(self, light, change):
        """Some of its fields change; already checked."""
        light.value = dict(light.value, **change)
        wanted = light.value["on"] and light.value["effect"] != "none"
        if wanted and not self.timer:
            self.timer = self.every(FRAME_MS, self.frame)
        elif not wanted and self.timer:
            self.timer.cancel()
            self.timer = None
        self.draw()

    def frame(self):
        """The next picture of an effect."""
        self.step += 1
        self.draw()

    def draw(self):
        """Show the light as it is."""
        value = self.light.value
        level = value["brightness"] if value["on"] else 0
        effect = value["effect"]
        if effect == "rainbow":
            for i in range(len(self.strip)):
                self.strip[i] = self.dimmed(wheel(self.step * 2 + i * 256 // len(self.strip)), level)
            self.strip.write()
            return
        if effect == "candle":
            level = level * (70 + getrandbits(5)) // 101
        elif effect == "breathe":
            level = level * abs(self.step % 80 - 40) // 40
        self.fill(self.dimmed(value["color"], level))

    def dimmed(self, color, level):
        """A colour at `level` per cent, as a tuple."""
        return tuple([int(part * level / 100) for part in color])

    def fill(self, color):
        """Show one colour everywhere."""
        for i in range(len(self.strip)):
            self.strip[i] = color
        self.strip.write()
