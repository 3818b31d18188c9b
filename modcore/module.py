"""Module: the base class of everything that lives on the bus."""

from collections import OrderedDict

from .ticks import MICROPYTHON, const

TYPE_CHECKING = const(0)  # for editors and type checkers
if TYPE_CHECKING:
    from .kernel import Kernel


class Module:
    """A part of the device that owns the topics under its id; subclass it.

    id: the module's name in topics and in the configuration; without one the class name
    in snake case (`HttpAsync` becomes `http_async`). ValueError: not fit for a topic.

    Hooks, each optional: `init configure mount start stop unmount eject`, `on_add(kernel)`,
    `on_remove(kernel)`, and while RUNNING `loop()`, `fiber()` (a generator) and `async run()`.

        class Lamp(Module):
            def start(self):
                self.property("on", kind="switch", value=False, set=self.turn)
    """

    defaults = {}  # the keys of its section in config.json, and their values when they are not there
    requires = ()  # ids of modules that start before it
    section = None  # of config.json, where it is not that of its id
    routes = None  # a Router, for the web servers
    filters = None  # a list of filters, for the web servers
    pages = None  # {status: page}, for the web servers
    views = None  # pages and cards for the plugin dashboard: see its README

    # Set when they are needed; here they cost nothing per module.
    kernel: "Kernel" = None  # type: ignore
    state = "NEW"
    config = {}  # its section over `defaults`, while it is configured
    _hooks = ()
    _ready = False  # init() has succeeded
    _failures = None  # kept by supervision
    _log = None

    def __init__(self, id=None):
        from .topics import id_of

        self.id = id_of(self, id)
        self.properties = OrderedDict()

    if not TYPE_CHECKING:  # a checker would take any name then

        def __getattr__(self, name):
            from .methods import method

            return method(self, name, "services")

    @property
    def log(self):
        """The module's Log: `self.log.info("network", connected)` prints like `print`."""
        if not self._log:
            from .log import Log

            self._log = Log(self)
        return self._log

    def property(self, id, kind, value=None, set=None, secret=False, keep: "bool | str" = False, **meta):
        """Declare the topic `<module>/<id>` with a value, and return its Property.

        kind: a word of Home Assistant's MQTT components: switch valve light button number select text sensor
        binary_sensor cover fan climate lock event date time datetime alarm_control_panel; docs/properties.md
        tells what each takes. set: called as `set(property, value)` with a checked value when a command
        arrives; without it the property is read-only. secret: nobody else on the bus gets the command.
        keep: the value is there again after a restart; "command": `set` is called with it, too.
        meta: name unit device_class state_class entity_category icon min max step options fields
        effects presets fans modes, and for pages order precision hidden history group note.
        ValueError: unknown kind or metadata, a value that the kind does not take, or declared twice.

            self.property("level", kind="number", value=3, min=0, max=10, set=self.on_level)
        """
        from .lazy import load

        # By `load`: where memory is short it drops what else is rarely needed, and tries again.
        return load("modcore.declare").declare(self, id, kind, value, set, secret, keep, meta)

    def publish(self, topic, value=None, retain=False):
        """Publish on the bus; this module's own handlers don't hear it. BusFull: the queue is full."""
        self.kernel.bus.publish(topic, value, retain, self)

    def listen(self, filter, handler, secret=False):
        """Call `handler(topic, value)` for each event that `filter` matches, while the module runs.

        secret: no other listener gets these events, whatever its filter.

            self.listen("wlan/connected", self.on_network)
        """
        self.kernel.bus.subscribe(filter, handler, self, False, secret)

    def after(self, ms, handler, *args):
        """Call `handler(*args)` once, `ms` milliseconds from now; the timer returned has `cancel()`."""
        from .timer import add

        return add(self, ms, None, handler, args)

    def every(self, ms, handler, *args):
        """Call `handler(*args)` every `ms` milliseconds; the timer returned has `cancel()`."""
        from .timer import add

        return add(self, ms, ms, handler, args)

    def watch(self, sock, flags, handler):
        """Call `handler(sock, events)` while `sock` is ready; flags: select.POLLIN, POLLOUT or both."""
        from .sockets import watch

        watch(self, sock, flags, handler)

    def unwatch(self, sock):
        """End `watch(sock)`; one that is not watched is not an error. Call it before the socket is closed."""
        if self.kernel._sockets:
            self.kernel._sockets.unwatch(sock)

    if TYPE_CHECKING:  # a board loads them when they are called: see __getattr__
        from .services import fire, hook, settings


if not MICROPYTHON:
    from .cpython import take_in

    take_in(Module, "services")
