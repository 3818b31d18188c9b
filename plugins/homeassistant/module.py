"""The module: which properties Home Assistant has to be told about, and when."""

from modcore import Module
from modcore.ticks import const

_BUSY_MS = const(10)
_IDLE_MS = const(60000)


class Homeassistant(Module):
    """Announces the properties on the broker of the module `mqtt`, one by one as the broker takes them.

        kernel.add(Mqtt())
        kernel.add(Homeassistant())

    Source: https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
    """

    requires = ("mqtt",)
    defaults = {"prefix": "homeassistant", "forget_s": 90, "device": False, "updates_h": 0}

    writing = None  # a generator: the message of a module is being written
    sweep = None  # filters, while the broker is asked what it still has of this device from earlier days

    def start(self):
        """Look at all properties, those of today and those to come. ValueError: the prefix can't be one."""
        from modcore.topics import check

        check(self.config["prefix"])
        self.bridge = self.kernel.modules["mqtt"]
        self.writing = None
        self.known = {}  # property's topic -> component under which it was announced, None before that
        self.pending = []  # topics of those to announce
        self.gone = False  # one of them has been withdrawn
        self.swept = False  # the broker was asked what it still has of this device from earlier days
        self.look_again()
        if self.config["device"]:
            self.due_ms = 0  # what is there of the other way of announcing has to give way first
        self.listen("$describe/#", self.on_describe)
        self.listen("mqtt/connected", self.on_connected)
        self.listen("mqtt/former", self.on_former)
        self.bridge.subscribe(self.config["prefix"] + "/status", self.on_birth)
        if self.config["updates_h"]:
            from .updates import begin

            begin(self)

    def stop(self):
        """Hear nothing more of Home Assistant."""
        self.earlier = self.config["prefix"]  # under which it has announced, should another one come
        self.bridge.unsubscribe(self.config["prefix"] + "/status", self.on_birth)
        if self.sweep:
            from .discovery import end

            end(self)

    def look_again(self):
        """Look at what has gone some time from now: a module that starts again shall not lose its place."""
        self.due_ms = self.kernel.uptime_ms() + int(self.config["forget_s"] * 1000)

    def on_describe(self, topic, meta):
        """Take note of a property that comes, changes or goes."""
        topic = topic[10:]
        if meta is None:
            self.gone = True
            self.look_again()
        elif topic != "mqtt/connected":  # which stays on the device
            self.known.setdefault(topic, None)
            if topic not in self.pending:
                self.pending.append(topic)

    def on_connected(self, topic, connected):
        """Tell a broker, which may be another one, everything."""
        self.writing = None
        if connected:
            self.announce_all()

    def on_former(self, topic, prefix):
        """The device had another name before: look for what Home Assistant still has of that."""
        self.swept = False
        self.due_ms = 0

    def on_birth(self, topic, payload):
        """Home Assistant has started: tell it everything."""
        if payload == b"online":
            self.announce_all()

    def on_config(self, topic, payload):
        """The broker has an announcement of this device: is it one of today?"""
        from .migration import judge

        judge(self, topic, payload)

    def announce_all(self):
        """Announce every property anew."""
        self.pending = sorted(self.known)

    def loop(self):
        """Announce one property when the last one is on its way."""
        if not self.bridge.connected:
            return _IDLE_MS
        if self.writing:
            try:
                return next(self.writing) or 0
            except StopIteration:
                self.writing = None
            return 0
        if self.pending and (not self.config["device"] or self.swept and not self.sweep):
            if not self.bridge.idle:
                return _BUSY_MS
            from .discovery import announce

            announce(self, self.pending.pop(0))
            return 0
        left_ms = self.due_ms - self.kernel.uptime_ms()
        if left_ms <= 0:
            from .discovery import look

            left_ms = look(self)
            self.due_ms = self.kernel.uptime_ms() + left_ms
        return left_ms
