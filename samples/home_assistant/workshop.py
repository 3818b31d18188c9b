"""A workshop with what Home Assistant has cards for: http://127.0.0.1:8080/"""

from modcore import Module

LOOK_MS = 2000


class Workshop(Module):
    """A heater, a light, a shutter, a fan, a socket, a bell; what is measured follows from them."""

    def start(self):
        """Declare everything. Home Assistant takes names, units, classes and bounds from here."""
        declare = self.property
        self.heater = declare(
            "heater", kind="climate", name="Heater", fields=["mode", "target", "temperature", "action"],
            modes=["off", "heat"], min=5, max=30, step=0.5, set=self.change, keep="command",
            value={"mode": "heat", "target": 21, "temperature": 19.5, "action": "heating"},
        )  # fmt: skip
        declare(
            "light", kind="light", name="Light", fields=["on", "brightness", "color", "effect"], set=self.change,
            effects=["none", "candle"], value={"on": True, "brightness": 60, "color": [255, 160, 60], "effect": "none"},
        )  # fmt: skip
        declare(
            "shutter", kind="cover", name="Shutter", device_class="shutter", set=self.move,
            fields=["state", "action", "position"], value={"state": "open", "position": 70},
        )  # fmt: skip
        declare("fan", kind="fan", name="Fan", value={"on": True, "speed": 40}, set=self.change)
        self.socket = declare(
            "socket", kind="switch", name="Socket", value=True, set=self.put, icon="mdi:power-socket-de"
        )
        declare(
            "mode",
            kind="select",
            name="Mode",
            options=["work", "pause", "closed"],
            value="work",
            set=self.put,
        )
        declare("ring", kind="button", name="Ring the bell", set=self.ring)
        self.bell = declare(
            "bell", kind="event", name="Bell", options=["short", "long"], device_class="doorbell"
        )
        self.power = declare(
            "power",
            kind="sensor",
            name="Power",
            value=60,
            unit="W",
            device_class="power",
            state_class="measurement",
        )
        declare("door", kind="binary_sensor", name="Door", value=False, device_class="door")
        self.every(LOOK_MS, self.look)

    def put(self, property, value):
        """Take a value as it is."""
        property.value = value

    def change(self, property, change):
        """Take some fields of an appliance; already checked."""
        property.value = dict(property.value, **change)

    def move(self, shutter, change):
        """Move the shutter; it is there at once."""
        position = change.get("position", {"open": 100, "close": 0}.get(change.get("action")))
        if position is not None:
            shutter.value = {"state": "open" if position else "closed", "position": position}

    def ring(self, button, value):
        """Ring: an event, which Home Assistant's automations can wait for."""
        self.bell.value = "short"

    def look(self):
        """Warm up or cool down, a tenth of a degree a time."""
        heater = self.heater.value
        heats = heater["mode"] == "heat" and heater["temperature"] < heater["target"]
        action = "off" if heater["mode"] == "off" else "heating" if heats else "idle"
        temperature = round(heater["temperature"] + (0.1 if heats else -0.1), 1)
        self.heater.value = dict(heater, action=action, temperature=max(temperature, 15))
        self.power.value = 60 * self.socket.value + (800 if heats else 0)
