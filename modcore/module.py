"""Module: the base class of everything that lives on the bus."""

from collections import OrderedDict

from .lazy import look_up
from .ticks import MICROPYTHON, const

TYPE_CHECKING = const(0)  # for editors and type checkers
if TYPE_CHECKING:
    from .kernel import Kernel
    from .log import Log


class Module:
    """A part of the device that owns the topics under its id; subclass it.

    id: the module's name in topics and in the configuration; without one the class name
    in snake case (`HttpAsync` becomes `http_async`). ValueError: not fit for a topic.

    Hooks, each optional: `init configure mount start stop unmount eject`, `on_add(kernel)`,
    `on_remove(kernel)`, and while RUNNING `loop()`, `fiber()` (a generator), `async run()`
    and `answer(what, value)`, for who asks on the bus (`Bus.ask`).
    Its Log is `log`: `self.log.info("network", connected)` prints like `print`.

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
    id: str = None  # type: ignore
    state = "NEW"
    config = {}  # its section over `defaults`, while it is configured
    _hooks = ()
    _ready = False  # init() has succeeded
    _failures = None  # kept by supervision

    def __init__(self, id=None):
        from .topics import id_of

        self.id = id_of(self, id)
        look_up(self, Module)
        self.properties = OrderedDict()

    if not TYPE_CHECKING:  # a checker would take any name then
        _methods = "Module"  # see lookup.py
        __getattr__ = look_up
    else:
        log: "Log"  # made with its first line: `self.log.info("network", connected)` prints like `print`

    def publish(self, topic, value=None, retain=False):
        """Publish on the bus; this module's own handlers don't hear it. BusFull: the queue is full."""
        self.kernel.bus.publish(topic, value, retain, self)

    def after(self, ms, handler, *args):
        """Call `handler(*args)` once, `ms` milliseconds from now; the timer returned has `cancel()`."""
        from .timer import add

        return add(self, ms, None, handler, args)

    def every(self, ms, handler, *args):
        """Call `handler(*args)` every `ms` milliseconds; the timer returned has `cancel()`."""
        from .timer import add

        return add(self, ms, ms, handler, args)

    if TYPE_CHECKING:  # a board loads them when they are called: see __getattr__
        from .config import settings
        from .declare import property
        from .events import fire
        from .moves import hook
        from .sockets import unwatch, watch
        from .subscriptions import listen


if not MICROPYTHON:
    from .cpython import take_in

    take_in(Module)
