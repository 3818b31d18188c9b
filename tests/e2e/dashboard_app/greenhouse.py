"""A greenhouse with something of every kind: what the dashboard's tests and pictures show."""

from math import sin

from modcore import Module
from modcore.property import Refused


class Greenhouse(Module):
    """Sensors, a fan, shading; `drift` moves the temperature."""

    defaults = {"warm": 28, "password": "", "drift": False}

    def start(self):
        """Declare what there is. ValueError: `warm` is hotter than any greenhouse."""
        if self.config["warm"] > 60:
            raise ValueError("warm: takes 60 or less")
        add = self.property
        add(
            "temperature",
            kind="sensor",
            name="Temperature",
            value=21.4,
            unit="°C",
            device_class="temperature",
            order=1,
            history=True,
        )
        add(
            "humidity",
            kind="sensor",
            name="Humidity",
            value=58,
            unit="%",
            device_class="humidity",
            order=2,
            history=True,
        )
        add("door", kind="binary_sensor", name="Door", value=False, device_class="door", order=3)
        add("leak", kind="binary_sensor", name="Leak", value=True, device_class="moisture", order=4)
        add("fan", kind="switch", name="Fan", value=False, icon="mdi:fan", set=self.keep, order=5)
        add(
            "target",
            kind="number",
            name="Heat to",
            value=18,
            min=5,
            max=30,
            step=0.5,
            unit="°C",
            icon="mdi:thermometer",
            set=self.keep,
            order=6,
        )
        add("lamp", kind="light", name="Grow light", value=40, max=100, set=self.keep, order=7)
        add(
            "mode",
            kind="select",
            name="Mode",
            value="auto",
            options=["auto", "summer", "winter", "off"],
            set=self.keep,
            order=8,
        )
        add("label", kind="text", name="Sign", value="Tomatoes", max=20, set=self.keep, order=9)
        add("code", kind="number", name="Area code", value=4711, min=0, max=99999, set=self.refuse, order=10)
        add("ring", kind="button", name="Ring the bell", icon="mdi:bell", set=self.ring, order=11)
        self.rung = add("rung", kind="sensor", name="Rung", value=0, unit="times", order=12)
        if self.config["drift"]:  # for pictures: a day with its sun
            self.minutes = 0
            self.every(60000, self.drift)
        add("slow", kind="switch", name="Slow relay", value=False, set=self.later, order=13)

    def drift(self):
        """Let a minute pass."""
        self.minutes += 1
        day = sin(self.minutes * 6.2832 / 1440)
        self.properties["temperature"].value = round(19 + 6 * day + 0.4 * sin(self.minutes / 3), 1)
        self.properties["humidity"].value = round(62 - 14 * day)

    def keep(self, property, value):
        """Take a value as it is."""
        property.value = value

    def refuse(self, property, value):
        """Take even numbers only."""
        if value % 2:
            raise Refused("only even codes are known here")
        property.value = value

    def later(self, property, value):
        """Take the value after a moment, as a relay with a motor does."""
        self.after(700, self.keep, property, value)

    def ring(self, property, value):
        """Count."""
        self.rung.value += 1
