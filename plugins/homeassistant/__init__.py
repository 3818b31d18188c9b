"""homeassistant: tells Home Assistant about every property of the device, by MQTT discovery."""

import sys

from modcore import Module
from modcore.kernel import ticks_add, ticks_diff, ticks_ms


def load(name):
    """Import `plugins.homeassistant.<name>`, which on a device stays in memory only as long as it is held."""
    path = "plugins.homeassistant." + name
    module = __import__(path, None, None, (name,))
    if sys.implementation.name != "cpython":
        sys.modules.pop(path, None)
        globals().pop(name, None)
    return module


class Homeassistant(Module):
    """Announces the properties on the broker of the module `mqtt`, one by one as the broker takes them.

        kernel.add(Mqtt())
        kernel.add(Homeassistant())

    Source: https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
    """

    requires = ("mqtt",)
    defaults = {"prefix": "homeassistant", "forget_s": 90}

    discovery = None  # discovery.py, while there is something to announce
    swept = False  # the broker was asked what it still has of this device from earlier days

    def start(self):
        """Look at all properties, those of today and those to come."""
        self.known = {}  # property's topic -> component under which it was announced, None before that
        self.pending = []  # topics of those to announce
        self.gone = False  # one of them has been withdrawn
        self.later()
        self.listen("$describe/#", self.on_describe)
        self.listen("mqtt/connected", self.on_connected)

    def later(self):
        """Look at what has gone some time from now: a module that starts again shall not lose its place."""
        self.due = ticks_add(ticks_ms(), self.config["forget_s"] * 1000)

    def on_describe(self, topic, meta):
        """Take note of a property that comes, changes or goes."""
        topic = topic[10:]
        if meta is None:
            self.gone = True
            self.later()
        elif topic != "mqtt/connected":  # which stays on the device
            self.known.setdefault(topic, None)
            if topic not in self.pending:
                self.pending.append(topic)

    def on_connected(self, topic, connected):
        """Tell a broker, which may be another one, everything."""
        if connected:
            bridge = self.kernel.modules["mqtt"]
            bridge.entries[self.config["prefix"] + "/status"] = self.on_birth
            bridge.changes = None  # what it is subscribed to has changed
            self.pending = sorted(self.known)

    def on_birth(self, topic, payload):
        """Home Assistant has started: tell it everything."""
        if payload == b"online":
            self.pending = sorted(self.known)

    def loop(self):
        """Announce one property when the last one is on its way."""
        bridge = self.kernel.modules["mqtt"]
        if not bridge.link:
            return 60000
        if self.pending:
            if bridge.queue or bridge.link.data:
                return 10
            if not self.discovery:
                self.discovery = load("discovery")
            self.discovery.announce(self, bridge, self.pending.pop(0))
            return 0
        self.discovery = None
        left_ms = ticks_diff(self.due, ticks_ms())
        if left_ms <= 0:
            left_ms = load("sweeping").sweep(self, bridge)
            self.due = ticks_add(ticks_ms(), left_ms)
        return left_ms
