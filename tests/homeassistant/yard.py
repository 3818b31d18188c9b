"""The device of real.py: a property of each kind, and plugins that can be updated."""

import json
import sys

from modcore import Kernel, Module
from plugins.homeassistant import Homeassistant
from plugins.mqtt import Mqtt


class Yard(Module):
    def start(self):
        declare = self.property
        declare("long", "sensor", "y" * 300)
        declare("big", "number", 5000000, self.put)
        declare("fixed", "number", 5, self.put, min=5, max=5)
        declare("mode", "select", "1", self.put, options=["1", "2"])
        declare("switch", "switch", True, self.put)
        declare("valve", "valve", True, self.put, device_class="water")
        declare("light", "light", True, self.put)
        declare("dim", "light", 50, self.put, max=100)
        declare("faint", "light", 0.5, self.put, max=1)
        declare("number", "number", 5.5, self.put, min=0, max=10, step=0.5, unit="L")
        declare("text", "text", "hello", self.put)
        declare("temp", "sensor", 20.5, unit="°C", device_class="temperature", state_class="measurement")
        declare("bad", "sensor", 20.5, unit="C", device_class="temperature")
        declare("odd", "sensor", 1, device_class="nonsense")
        declare("door", "binary_sensor", True, device_class="door")
        declare("state", "sensor", "dry", options=["dry", "wet"])
        declare("a_on", "switch", True, self.put)
        declare("clear", "button", None, self.clear)
        declare("blind", "cover", {"state": "open"}, self.move)
        declare("shade", "cover", {"position": 60}, self.merge, fields=["position"])
        declare("vent", "fan", {"on": True, "speed": 40}, self.merge)
        declare(
            "heater",
            "climate",
            {"mode": "heat", "target": 20, "temperature": 19.5},
            self.merge,
            min=5,
            max=30,
        )
        declare(
            "lamp",
            "light",
            {"on": True, "brightness": 40, "color": [255, 0, 0]},
            self.merge,
            fields=["on", "brightness", "color"],
        )
        # It tells only whether it is on: the parts of it that are not known keep nothing from being shown.
        declare(
            "ghost", "light", {"on": True}, self.merge, fields=["on", "brightness", "color", "temperature"]
        )
        declare("steps", "light", 50, self.put, max=100, step=10)
        declare("gate", "lock", "locked", self.lock)
        declare("siren", "alarm_control_panel", "disarmed", self.arm)
        declare("bell", "event", options=["short", "long"])
        declare("at", "time", "06:30", self.put)
        declare("day", "date", "2026-11-30", self.put)
        declare("ring", "button", None, self.ring)
        declare("fog", "sensor", "n/a", unit="L")
        declare("since", "sensor", "2026-11-30T10:00:00", device_class="timestamp")
        declare("code", "text", "1234", self.put, min=4)
        declare(
            "oven",
            "climate",
            {"mode": "heat", "preset": "eco"},
            self.merge,
            fields=["mode", "preset"],
            modes=["off", "heat", "grill"],
            presets=["none", "eco"],
        )

    def merge(self, property, change):
        property.value = dict(property.value, **change)

    def move(self, property, change):
        property.value = {"state": {"open": "open", "close": "closed", "stop": "stopped"}[change["action"]]}

    def lock(self, property, word):
        property.value = word + "ed"

    def arm(self, property, word):
        property.value = {"disarm": "disarmed"}.get(word, word.replace("arm_", "armed_"))

    def ring(self, property, value):
        self.properties["bell"].value = "long"

    def put(self, property, value):
        property.value = value

    def clear(self, property, value):
        for id in self.properties:
            if id not in ("clear", "ring", "bell"):
                self.properties[id].value = None


class Plugins(Module):
    # Tells what the plugin `packages` tells of versions and updates.
    id = "plugins"

    def start(self):
        self.publish("plugins/list", {"mqtt": "1.0.0", "ntp": "1.0.0"}, True)
        self.publish("plugins/found/ntp", {"version": "1.2.0"})
        self.listen("plugins/update/set", self.update)

    def on_event(self, topic, value):
        # Asked to look for versions: there is the same one as before.
        self.publish("plugins/found/ntp", {"version": "1.2.0"})

    def update(self, topic, name):
        self.publish("plugins/status", "update " + name, True)
        self.publish("plugins/progress", 40)
        self.after(4000, self.finish, name)

    def finish(self, name):
        self.publish("plugins/list", {"mqtt": "1.0.0", name: "1.2.0"}, True)
        self.publish("plugins/status", "ready", True)


settings = {"name": "yard", "mqtt": {"host": "127.0.0.1", "port": int(sys.argv[1])}}
settings["homeassistant"] = json.loads(sys.argv[2])
kernel = Kernel(settings)
for module in (Mqtt(), Homeassistant(), Yard(), Plugins()):
    kernel.add(module)
kernel.run()
