"""The module: which lines leave, and what comes in."""

import json
import time

from modcore import Module
from modcore.log import LEVELS
from modcore.ticks import const

_BUSY_MS = const(20)
_IDLE_MS = const(60000)
_LONGEST = const(512)  # characters of a line
_YEAR_2024_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400


class MqttConsole(Module):
    """A console for the administrator of a device that has no open port, on `<base>/console/…` of the broker.

    Nothing of it is there until it is configured, and none of it is on the bus: no web client sees it.

        settings = {"plugins": ["mqtt", "mqtt_console"], "mqtt_console": {"log": "warning", "crash": True}}

    Whoever may write `<base>/console/in` runs code on the device: see the broker's access rules.
    """

    requires = ("mqtt",)
    defaults = {"log": "", "lines": 32, "crash": False, "prompt": False, "install": False}

    way = None  # by which pieces of a plugin come, while one is installed

    def start(self):
        """Listen. ValueError: there is no such level."""
        self.bridge = self.kernel.modules["mqtt"]
        self.lines = []  # that wait
        self.lost = 0  # that found no room
        self.names = None  # of the prompt
        self.last = None  # the id of the last order
        self.least = None
        if self.config["log"]:
            from modcore.levels import number

            try:
                self.least = number(self.config["log"])
            except ValueError as error:
                raise ValueError("mqtt_console: %s" % error)
        self.crash = None  # what was written down of the last one, until it is told
        if self.config["crash"]:
            from .crash import read

            self.crash = read(self)
        if self.config["log"] or self.config["crash"]:
            self.listen("$log/#", self.on_line)
        for word, handler in self.orders():
            self.bridge.subscribe(self.topic(word), handler, 1)
        if self.config["install"]:
            self.listen("plugins/done", self.on_end)
            self.listen("plugins/failed", self.on_end)
        self.listen("mqtt/connected", self.on_connected)

    def stop(self):
        """Take nothing more."""
        self.on_end()
        for word, handler in self.orders():
            self.bridge.unsubscribe(self.topic(word), handler)

    def orders(self):
        """Return what may come in: a list of (last level of the topic, handler)."""
        found = []
        if self.config["prompt"]:
            found.append(("in", self.on_input))
        if self.config["install"]:
            found.append(("install", self.on_install))
        return found

    def topic(self, word):
        """`modcore/garden/console/log`."""
        return "%sconsole/%s" % (self.bridge.prefix, word)

    def on_connected(self, topic, connected):
        """Tell what there is, and the last crash."""
        if connected:
            offers = [word for word in ("log", "crash", "prompt", "install") if self.config[word]]
            self.bridge.publish(self.topic("offers"), json.dumps(offers), True)
            if self.crash:
                self.bridge.publish(self.topic("crash"), self.crash, True)

    def on_line(self, topic, text):
        """Take a line of the log."""
        _, level, id = topic.split("/", 2)
        if self.config["crash"] and level in ("error", "critical"):
            from .crash import note

            note(self, id, text)
        if self.least is None or LEVELS.index(level) < self.least:
            return
        if len(self.lines) >= self.config["lines"]:
            self.lines.pop(0)
            self.lost += 1
        self.lines.append("%s %s %s: %s" % (self.stamp(), level, id, text[:_LONGEST]))

    def stamp(self):
        """The time, or how long the device has run where the clock is not set."""
        now = int(time.time())
        if now < _YEAR_2024_S:
            return "+%.3f" % (self.kernel.uptime_ms() / 1000)
        return "%04d-%02d-%02dT%02d:%02d:%02dZ" % tuple(time.gmtime(now)[:6])

    def on_input(self, topic, payload):
        """Run what somebody has typed."""
        if not self.bridge.retained:
            from .prompt import run

            run(self, payload)

    def on_install(self, topic, payload):
        """Install or update a plugin whose pieces whoever asks for it sends."""
        if not self.bridge.retained:
            from .orders import install

            install(self, payload)

    def on_end(self, *_):
        """The pieces have come, or will not come any more."""
        if self.way:
            from .orders import end

            end(self)

    def loop(self):
        """Send a line when the broker has taken all else."""
        if not self.lines or not self.bridge.connected:
            return _IDLE_MS
        if not self.bridge.idle:
            return _BUSY_MS
        line = self.lines.pop(0)
        if self.lost:
            line += " (%d lines before this one lost)" % self.lost
            self.lost = 0
        self.bridge.publish(self.topic("log"), line)
        return 0
