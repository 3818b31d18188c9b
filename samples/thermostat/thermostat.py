"""A thermostat: a sensor and a relay by configuration, a target that is kept, and charts: http://127.0.0.1:8080/"""

from modcore import Module

FIELDS = ("mode", "target", "temperature", "action")


class Thermostat(Module):
    """Heats while the room is colder than the target, which is there again after a restart.

    sensor, relay: topics of a temperature and of a switch. hysteresis: degrees between on and off, so that the
    relay lives long.
    """

    defaults = {
        "sensor": "sensors/room_temperature",
        "relay": "sensors/heater_1",
        "hysteresis": 0.4,
        "min": 5,
        "max": 30,
    }

    def start(self):
        """Declare what others see and may set, and listen to the sensor."""
        low, high = self.config["min"], self.config["max"]
        # A number of its own is kept, for the room's temperature changes all the time and flash wears.
        self.target = self.property(
            "target", kind="number", name="Target", unit="°C", value=20, min=low, max=high, step=0.5,
            keep=True, history=True, hidden=True,
        )  # fmt: skip
        self.room = self.property("room", kind="sensor", name="Room", unit="°C", history=True, hidden=True)
        self.heating = self.property(
            "heating", kind="binary_sensor", name="Heating", value=False, history=True
        )
        self.climate = self.property(
            "climate", kind="climate", name="Room", value={"mode": "heat", "target": self.target.value},
            fields=FIELDS, modes=["off", "heat"], min=low, max=high, step=0.5, set=self.command,
        )  # fmt: skip
        self.listen(self.config["sensor"], self.measured)

    def stop(self):
        """Nobody looks at the temperature any more: heat no more."""
        self.publish(self.config["relay"] + "/set", False)

    def command(self, climate, change):
        """Take another mode, another target, or both; already checked."""
        if "target" in change:
            self.target.value = change["target"]
        self.look(change.get("mode", climate.value["mode"]))

    def measured(self, topic, degrees):
        """The room has a temperature; None: the sensor does not answer."""
        self.room.value = degrees
        self.look(self.climate.value["mode"])

    def look(self, mode):
        """Switch the relay when it has to be, and show all that there is."""
        room, target, half = self.room.value, self.target.value, self.config["hysteresis"] / 2
        heat = self.heating.value
        if mode == "off" or room is None:
            heat = False
        elif room <= target - half:
            heat = True
        elif room >= target + half:
            heat = False
        if heat != self.heating.value:
            self.heating.value = heat
            self.publish(self.config["relay"] + "/set", heat)
        shown = {
            "mode": mode,
            "target": target,
            "action": "off" if mode == "off" else "heating" if heat else "idle",
        }
        if room is not None:
            shown["temperature"] = room
        self.climate.value = shown
