"""The module `plugins`: takes commands by name, does one after the other in small slices of the loop."""

from modcore import Module

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

    way = None  # by which files come, in place of HTTP: has `index`, a URL, and what Download has

    def configure(self):
        """Look at `allow`. ValueError: it names something that is not a command."""
        for name in self.config["allow"]:
            if name not in COMMANDS:
                raise ValueError("packages: allow: %r; have %s" % (name, ", ".join(COMMANDS)))

    def start(self):
        """Offer the commands."""
        from .orders import offer

        self.jobs = []
        self.steps = None  # the generator at work
        self.warned = (None, 0)  # the plugin that is the last way in, and when that was said
        offer(self)

    def stop(self):
        """Give up what is under way; what is half there is removed."""
        if self.steps:
            self.steps.close()
            self.steps = None

    def on_event(self, topic, value):
        """Take a command from another module, or what has become of a trial."""
        from .orders import take_event

        take_event(self, topic[8:], value)

    def on_command(self, property, value):
        """Take a command from outside. Refused: it is not taken."""
        self.kernel.relieve()  # what follows is the most that a small board does
        from .orders import take_command

        take_command(self, property, value)

    def next(self):
        """Begin with the next command that waits."""
        if self.steps or not self.jobs:
            return
        action, name = self.jobs.pop(0)
        self.kernel.relieve()
        from .commands import work

        self.steps = work(self, action, name)
        self.turn()

    def turn(self):
        """Do the next step of the command at work."""
        steps = self.steps
        if steps is None:
            return
        try:
            ms = next(steps)
        except StopIteration:
            self.steps = None
            if self.jobs:
                self.after(0, self.next)
            return
        self.after(ms or 0, self.turn)

    def tell(self, topic, value):
        """Publish an event, unless the bus is full: `plugins/status` says the same."""
        try:
            self.publish(topic, value)
        except Exception:
            pass
