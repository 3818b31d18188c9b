"""Module: the base class of everything that lives on the bus."""

from .bus import bind, load


class Module:
    """A part of the device that owns the topics under its id; subclass it.

    id: the module's name in topics and in the configuration; without one the class name
    in snake case (`HttpAsync` becomes `http_async`).

    Hooks, each optional: `init configure mount start stop unmount eject`, and while RUNNING
    `loop()`, `fiber()` (a generator) and `async run()`.

        class Lamp(Module):
            def start(self):
                self.property("on", kind="switch", value=False, set=self.turn)

    `property listen fire watch unwatch hook` stand in authoring.py and use memory only while they are called.
    """

    defaults = {}
    requires = ()
    routes = None  # a Router, for the web servers
    filters = None  # a list of filters, for the web servers
    pages = None  # {status: page}, for the web servers

    # Set when they are needed; here they cost nothing per module.
    kernel = None
    state = "NEW"
    config = {}
    _hooks = ()
    _ready = False  # init() has succeeded
    _failures = None  # kept by supervision

    def __init__(self, id=None):
        load("authoring").identify(self, id)

    def settings(self, section, defaults):
        """The section `section` of config.json over `defaults`, and over it that of secrets.json.

        For a section that several modules share. Unknown keys are told in the log. ValueError: a value of
        another type than its default.

            http = self.settings("http", {"root": "www"})
        """
        from .config import settings

        return settings(self, section, defaults)

    def publish(self, topic, value=None, retain=False):
        """Publish on the bus; this module's own handlers don't hear it. BusFull: the queue is full."""
        self.kernel.bus.publish(topic, value, retain, self)

    def after(self, ms, handler, *args):
        """Call `handler(*args)` once, `ms` milliseconds from now; the timer returned has `cancel()`."""
        from .timer import Timer

        return Timer(self.kernel.timers, self, ms, None, handler, args)

    def every(self, ms, handler, *args):
        """Call `handler(*args)` every `ms` milliseconds; the timer returned has `cancel()`."""
        from .timer import Timer

        return Timer(self.kernel.timers, self, ms, ms, handler, args)

    def __getattr__(self, name):
        return bind(self, "authoring", name)
