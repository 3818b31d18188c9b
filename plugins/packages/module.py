"""The module `plugins`: takes commands by name, does one after the other in small slices of the loop."""

from modcore import Module

_QUEUE = 8


class Plugins(Module):
    """Installs plugins from the registries that its configuration names.

    Commands: `plugins/install`, `plugins/update`, `plugins/remove` with a plugin's name, `plugins/search` with
    a part of one. Events: `plugins/done`, then `plugins/accepted` or `plugins/failed`; `plugins/found/<name>`
    for each that a search finds.

        bus.publish("plugins/install", "mqtt")
    """

    section = "packages"  # `plugins` is the list of what to start
    defaults = {
        "index": [],
        "trial_s": 60,
        "timeout_s": 15,
        "authorities": "",
        "library": "https://micropython.org/pi/v2",
    }

    def start(self):
        """Offer the commands."""
        self._jobs = []
        self._steps = None  # the generator at work
        for action in ("install", "update", "remove", "search"):
            name = action[0].upper() + action[1:] + " plugin"
            self.listen("plugins/" + action, self._event)  # first: it would hear the property's value
            self.property(action, "text", value="", set=self._command, name=name, max=32)
        self.status = self.property("status", "sensor", value="ready", name="Plugins")
        self.progress = self.property("progress", "sensor", value=0, name="Progress", unit="%")
        self.list = self.property("list", "sensor", name="Installed")
        self._show_list()

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
        self._add(property.id, value)
        property.value = value

    def _add(self, action, name):
        from modcore import Refused

        if not isinstance(name, str) or len(name) > 32 or action != "search" and not name:
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

    def _show_list(self):
        from modcore import plugins

        have = plugins.installed("version")
        self.list.value = {name: have[name].get("version") for name in have}

    def tell(self, topic, value):
        """Publish an event, unless the bus is full: `plugins/status` says the same."""
        try:
            self.publish(topic, value)
        except Exception:
            pass
