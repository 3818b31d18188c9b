"""Soil: the moisture of flower pots, by sensors that give a voltage."""

from machine import ADC, Pin

from modcore import Module

_HYSTERESIS = 5  # per cent above the limit, where a pot is wet again


class Soil(Module):
    """A sensor and a warning for each of the pins; plugin.json says what the configuration takes."""

    defaults = {"pins": [], "names": [], "dry_v": 0.5, "wet_v": 2.5, "limit": 20, "interval_s": 60}

    def configure(self):
        """Refuse what can't be measured with."""
        if self.config["wet_v"] <= self.config["dry_v"]:
            raise ValueError("soil: wet_v takes more than dry_v")

    def start(self):
        """Declare a pot for each pin, and begin to look."""
        self.pots = []
        names = self.config["names"]
        for i, pin in enumerate(self.config["pins"]):
            name = names[i] if i < len(names) else "Pot %d" % (i + 1)
            moisture = self.property(
                str(pin), kind="sensor", name=name, unit="%", device_class="moisture", group=name
            )
            dry = self.property(
                "%d_dry" % pin, kind="binary_sensor", name=name + " is dry", device_class="problem",
                value=False, group=name,
            )  # fmt: skip
            self.pots.append((ADC(Pin(pin), atten=ADC.ATTN_11DB), moisture, dry))
        self.look()
        self.every(int(self.config["interval_s"] * 1000), self.look)

    def look(self):
        """Measure all pots."""
        low, high = self.config["dry_v"], self.config["wet_v"]
        limit = self.config["limit"]
        for adc, moisture, dry in self.pots:
            percent = int(100 * (adc.read_uv() / 1000000 - low) / (high - low) + 0.5)
            percent = max(0, min(100, percent))
            if percent != moisture.value:
                moisture.value = percent
            is_dry = percent < limit + (_HYSTERESIS if dry.value else 0)
            if is_dry != dry.value:
                dry.value = is_dry
