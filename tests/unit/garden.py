"""The garden in this process, for unit tests: virtual hardware, virtual time, files in a folder of its own."""

import json
import os

from device import Device, time

# isort: split
from plugins.tz import Tz
from samples.watering.garden.player import Player
from samples.watering.garden.programs import Programs
from samples.watering.garden.schedules import Schedules
from samples.watering.garden.valves import Valves
from support import new_folder, remove

PINS = (4, 27, 16, 17)


class Garden(Device):
    """Four valves on PINS, and the modules of the watering sample; config: sections over the defaults below.

    garden = Garden(valves={"at_once": 2})
    garden.play({"0": 60}); garden.run(1000); assert garden.open() == [4]
    """

    def __init__(self, modules=(Valves, Player, Programs, Schedules), clock=True, **config):
        self.folder = new_folder()
        self.kinds = modules
        valves = [{"id": i, "pin": pin, "name": "Valve %d" % i} for i, pin in enumerate(PINS)]
        sections = {
            "tz": {"zone": "CET-1CEST,M3.5.0,M10.5.0/3"},
            "valves": {"valves": valves},
            "player": {"file": self.folder + "/player.json"},
            "programs": {"file": self.folder + "/programs.json"},
            "schedules": {"file": self.folder + "/schedules.json", "notes": self.folder + "/started.json"},
            "rain": {"file": self.folder + "/rain.json"},
            "flow": {"file": self.folder + "/flow.json"},
            "history": {"folder": self.folder},
        }
        for id, section in config.items():
            sections.setdefault(id, {}).update(section)
        Device.__init__(self, lambda: [Tz()] + [kind() for kind in self.kinds], sections, clock=clock)
        self.run(500)

    def boot(self, cause="power"):
        """Start it; what modules tell each other is heard, too."""
        Device.boot(self, cause)
        self.kernel.path = self.folder + "/config.json"
        for filter in ("$valves/#", "$player/#", "$programs/#"):
            self.kernel.bus.subscribe(filter, self._hear)

    def told(self, topic):
        """The values of a topic since the last call of `told` or `take`."""
        return [value for _, value in self.take(topic)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kernel = None
        remove(self.folder)

    def module(self, id):
        """A running module."""
        return self.kernel.modules[id]

    def list(self, id):
        """The list that a module tells on the bus, as JSON text."""
        return json.loads(self.get(id + "/list"))

    def play(self, *tasks, by="hand", program=1):
        """Queue tasks {valve: seconds}."""
        value = {"program": program, "name": "Lawn", "by": by, "tasks": list(tasks)}
        self.send("$player/play", value)

    def open(self):
        """The pins that are high, of PINS."""
        return [pin for pin in PINS if self.world.pins[pin].level()]

    def watch(self, *pins):
        """Note every change of `pins` from now on; returns the list of (ms, pin, level)."""
        changes = []

        def changed(what, name, value):
            if what == "pin" and name in pins:
                changes.append((int(time.now_ms), name, value))

        self.world.changed = changed
        return changes

    def files(self):
        """The names of the files that there are."""
        return sorted(os.listdir(self.folder))


def seconds_open(changes, pin):
    """Return how long a pin was high, in s, of what `Garden.watch` noted; it is low at the end."""
    total = 0
    since = None
    for ms, number, level in changes:
        if number == pin:
            if level:
                since = ms
            elif since is not None:
                total += ms - since
                since = None
    assert since is None, "pin %d is open still" % pin
    return round(total / 1000, 1)
