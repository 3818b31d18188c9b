"""Rooms: what has more than one value, as lights, blinds, a heater: what the dashboard's tests and pictures show."""

from modcore import Module
from modcore.property import Refused

_STATES = {"lock": "locked", "unlock": "unlocked", "disarm": "disarmed"}


class Rooms(Module):
    """One of each kind; the door's lock does not open while the alarm is armed."""

    def start(self):
        """Declare what there is."""
        add = self.property
        add(
            "lamp",
            kind="light",
            name="Ceiling",
            fields=["on", "brightness", "color", "temperature", "effect"],
            effects=["candle", "rainbow"],
            value={"on": True, "brightness": 60, "color": [255, 180, 90], "temperature": 2700},
            set=self.change,
            order=1,
        )
        add(
            "blind",
            kind="cover",
            name="Blind",
            fields=["state", "action", "position", "tilt"],
            value={"state": "open", "position": 100, "tilt": 40},
            set=self.move,
            order=2,
        )
        add(
            "fan",
            kind="fan",
            name="Ventilator",
            fields=["on", "speed", "preset", "oscillating", "direction"],
            presets=["sleep", "breeze"],
            value={"on": False, "speed": 30, "oscillating": False, "direction": "forward"},
            set=self.change,
            order=3,
        )
        add(
            "heating",
            kind="climate",
            name="Heating",
            fields=["mode", "target", "action", "temperature", "humidity", "preset"],
            modes=["off", "heat", "auto"],
            presets=["eco", "comfort"],
            min=10,
            max=28,
            step=0.5,
            value={"mode": "heat", "target": 20.5, "action": "heating", "temperature": 19.4, "humidity": 47},
            set=self.heat,
            order=4,
        )
        add("door", kind="lock", name="Front door", value="locked", set=self.turn, order=5)
        self.alarm = add(
            "alarm", kind="alarm_control_panel", name="Alarm", value="disarmed", set=self.arm, order=6
        )
        self.bell = add("bell", kind="event", name="Doorbell", options=["short", "long"], order=7)
        add("holiday", kind="date", name="Away until", value="2026-12-24", set=self.keep, order=8)
        add("wake", kind="time", name="Wake up", value="06:30", set=self.keep, order=9)
        add("next", kind="datetime", name="Service", value="2027-03-01T09:00:00", set=self.keep, order=10)
        add(
            "outside",
            kind="light",
            name="Street lamp",
            fields=["on", "brightness"],
            value={"on": True},
            order=11,
        )
        add("ring", kind="button", name="Ring", set=self.ring, hidden=True)

    def keep(self, property, value):
        """Take a value as it is."""
        property.value = value

    def change(self, property, change):
        """Take the fields that change."""
        property.value = dict(property.value, **change)

    def move(self, blind, change):
        """Move the blind; a tilt takes it down."""
        if change.get("tilt") and blind.value["position"] == 0:
            raise Refused("it is closed: nothing to tilt")
        action = change.pop("action", None)
        if action == "open":
            change.update(state="open", position=100)
        elif action == "close":
            change.update(state="closed", position=0)
        elif action == "stop":
            change.update(state="stopped")
        self.change(blind, change)

    def heat(self, heating, change):
        """Heat, when it is colder than wanted."""
        found = dict(heating.value, **change)
        cold = found["temperature"] < found["target"]
        found["action"] = "off" if found["mode"] == "off" else "heating" if cold else "idle"
        heating.value = found

    def turn(self, door, order):
        """Turn the lock after a moment, as its motor does."""
        if order == "unlock" and self.alarm.value != "disarmed":
            raise Refused("the alarm is armed")
        door.value = order + "ing"
        self.after(300, self.keep, door, _STATES[order])

    def arm(self, alarm, order):
        """Arm or disarm."""
        alarm.value = _STATES.get(order) or order.replace("arm_", "armed_")

    def ring(self, button, value):
        """Ring at the door."""
        self.bell.value = "short"
