"""The module `plugins`: takes commands by name, does one after the other in small slices of the loop."""

from modcore import Module
from modcore.property import Refused

_QUEUE = 8
_TWICE_MS = 60000  # within which a command that was refused as dangerous has to come again
COMMANDS = ("install", "update", "remove", "search")


class Plugins(Module):
    """Installs plugins from the registries that its configuration names.

    Commands: `install`, `update`, `remove` with a plugin's name, `search` with a part of one: from other modules on
    `plugins/<command>`, from outside on `plugins/<command>/set` as far as `allow` names them. Events:
    `plugins/done`, then `plugins/accepted` or `plugins/failed`; `plugins/found/<name>` for each that a search finds.

        bus.publish("plugins/install", "mqtt")
    """

    section = "packages"  # `plugins` is the list of what to start
    defaults = {
        "index": [],
        "trial_s": 60,
        "timeout_s": 15,
        "authorities": "",
        "library": "https://micropython.org/pi/v2",
        "allow": [],
    }

    def configure(self):
        """Look at `allow`. ValueError: it names something that is not a command."""
        for name in self.config["allow"]:
            if name not in COMMANDS:
                raise ValueError("packages: allow: %r; have %s" % (name, ", ".join(COMMANDS)))

    def start(self):
        """Offer the commands."""
        self._jobs = []
        self._steps = None  # the generator at work
        self._warned = (None, 0)  # the plugin that is the last way in, and when that was said
        for action in COMMANDS:
            name = action[0].upper() + action[1:] + " plugin"
            self.listen("plugins/" + action, self._event)  # first: it would hear the property's value
            if action in self.config["allow"]:
                self.property(action, "text", value="", set=self._command, name=name, max=48)
        self.status = self.property("status", "sensor", value="ready", name="Plugins")
        self.progress = self.property("progress", "sensor", value=0, name="Progress", unit="%")
        self.list = self.property("list", "sensor", name="Installed")
        self.listen("plugins/accepted", self._on_accepted)
        self.listen("plugins/failed", self._on_failed)
        self.show_list()

    def stop(self):
        """Give up what is under way; what is half there is removed."""
        if self._steps:
            self._steps.close()
            self._steps = None

    def _event(self, topic, value):
        try:
            self._add(topic[8:], value)
        except ValueError as error:
            self.log.warning("refused:", error)
            self.tell("plugins/failed", {"action": topic[8:], "name": value, "reason": str(error)})

    def _command(self, property, value):
        if property.id == "remove":
            self._check_way_in(value)
        self._add(property.id, value)
        property.value = value

    def _check_way_in(self, name):
        """Refuse once to remove what the device is reached by: whoever asks may not be able to bring it back."""
        from .ways import is_last

        now = self.kernel.uptime_ms()
        if is_last(self.kernel, name):
            if self._warned[0] != name or now - self._warned[1] > _TWICE_MS:
                self._warned = (name, now)
                text = (
                    "plugins/remove: without %s nobody reaches this device any more; say it again within %d s"
                )
                raise Refused(text % (name, _TWICE_MS // 1000))
        self._warned = (None, 0)

    def _add(self, action, name):
        if not isinstance(name, str) or len(name) > 48 or action != "search" and not name:
            raise Refused("plugins/%s takes the name of a plugin, not %r" % (action, name))
        if len(self._jobs) >= _QUEUE:
            raise Refused("plugins/%s: %d others wait" % (action, _QUEUE))
        self._jobs.append((action, name))
        if self._steps is None and len(self._jobs) == 1:
            self.after(0, self._next)

    def _next(self):
        if self._steps or not self._jobs:
            return
        action, name = self._jobs.pop(0)
        self.kernel.relieve()  # an installation is the most that a small board does
        from .commands import work

        self._steps = work(self, action, name)
        self._turn()

    def _turn(self):
        steps = self._steps
        if steps is None:
            return
        try:
            ms = next(steps)
        except StopIteration:
            self._steps = None
            if self._jobs:
                self.after(0, self._next)
            return
        self.after(ms or 0, self._turn)

    def _on_accepted(self, topic, versions):
        # What the trial has decided; while another command is at work that one is told.
        if not self._steps:
            text = ", ".join(["%s %s" % (name, versions[name]) for name in sorted(versions)])
            self.status.value = text + " is accepted"
        self.show_list()

    def _on_failed(self, topic, value):
        if not self._steps:
            self.status.value = "failed: %s" % value.get("reason")
        self.show_list()

    def show_list(self):
        """Publish what is installed."""
        from modcore import plugins

        have = plugins.installed("version")
        self.list.value = {name: have[name].get("version") for name in have}

    def tell(self, topic, value):
        """Publish an event, unless the bus is full: `plugins/status` says the same."""
        try:
            self.publish(topic, value)
        except Exception:
            pass
