"""The states of a module and the ways between them. The table is the rule; `_walk` follows it.

    NEW -> CONFIGURED -> MOUNTED -> RUNNING -> STOPPED -> UNMOUNTED -> EJECTED        FAILED
     |         ^  |         |          ^          |         |   |                       |
     |         |  '---------'----------|----------|---------^   |                       |
     |         |        (back down)    '----------'             |                       |
     |         '------------------------------------------------'                       |
     |         '------------------------------------------------------------------------'
     '--> EJECTED, as from UNMOUNTED and FAILED                            (starts again)

Each function whose first parameter is `kernel` and that has no _ before its name is a method of Kernel; a board loads
it when it is called. A state is entered by its hook: `configure` leads into CONFIGURED. A hook that raises on the way
up makes the module FAILED, and supervision starts it again; one that raises on the way down is reported, and the way
goes on.
"""

import gc

from . import ticks
from .lazy import relieve
from .ticks import const

TYPE_CHECKING = const(0)  # for editors and type checkers
if TYPE_CHECKING:
    from typing import TypeVar

    One = TypeVar("One")

RARE = True  # needed when a module starts or is stopped

NEW = "NEW"
CONFIGURED = "CONFIGURED"
MOUNTED = "MOUNTED"
RUNNING = "RUNNING"
STOPPED = "STOPPED"
UNMOUNTED = "UNMOUNTED"
EJECTED = "EJECTED"
FAILED = "FAILED"

# state: (the hook that leads into it, the next state towards RUNNING, the next one towards EJECTED)
TABLE = {
    NEW: (None, CONFIGURED, EJECTED),
    CONFIGURED: ("configure", MOUNTED, UNMOUNTED),
    MOUNTED: ("mount", RUNNING, UNMOUNTED),
    RUNNING: ("start", None, STOPPED),
    STOPPED: ("stop", RUNNING, UNMOUNTED),
    UNMOUNTED: ("unmount", CONFIGURED, EJECTED),
    EJECTED: ("eject", None, None),
    FAILED: (None, CONFIGURED, EJECTED),
}
_UP = const(1)
_DOWN = const(2)
_LATE_MS = const(500)  # a hook that holds up all others for so long is named,
_LATE_AT_BOOT_MS = const(3000)  # and before the first start is over, one of so long
_SETTLED_S = const(1)  # after so long what starts together has started: connections, time, pages
_ROOM = const(20480)  # bytes that the next step of a boot may take


def _path(state, target):
    """Return the states to enter, in order, on the way from `state` to `target`.

        _path(RUNNING, CONFIGURED)   # ["STOPPED", "UNMOUNTED", "CONFIGURED"]

    ValueError: there is no such way.
    """
    if target not in TABLE or not TABLE[target][0]:
        have = ", ".join([name for name in TABLE if TABLE[name][0]])
        raise ValueError("state %r: have %s" % (target, have))
    steps = _follow(state, target, _UP) or _follow(state, target, _DOWN)
    if not steps and state != target:  # down first, and up again
        up = _follow(UNMOUNTED, target, _UP)
        steps = up and _follow(state, UNMOUNTED, _DOWN) + up
        if not steps or steps == up:
            raise ValueError("no way to %s" % target)
    return steps


def _follow(state, target, way):
    steps = []
    while state != target:
        state = TABLE[state][way]
        if state is None:
            return []
        steps.append(state)
    return steps


def _walk(kernel, module, target):
    """Take `module` through every state up to `target`; False when a hook failed on the way."""
    try:
        steps = _path(module.state, target)
    except ValueError as error:
        raise ValueError("%s is %s: %s" % (module.id, module.state, error))
    if module.state == FAILED:
        module.state = UNMOUNTED  # from here on it can fail again
    for state in steps:
        if not _enter(kernel, module, state):
            return False
    return True


def _enter(kernel, module, state):
    up = state in (CONFIGURED, MOUNTED, RUNNING)
    if up and module.state == STOPPED:
        module.state = MOUNTED
    for wanted, before, _ in module._hooks:
        if wanted == state and before and not _attempt(kernel, module, up, before, module):
            return False
    if state == CONFIGURED and not _attempt(kernel, module, up, _configure, kernel, module):
        return False
    if state == RUNNING:
        module.state = RUNNING  # the start's own events find it running
    here = module.state
    hook = TABLE[state][0]
    if hasattr(type(module), hook):
        make_room(_ROOM, (__name__,))
        begin = ticks.ticks_ms()
        done = _attempt(kernel, module, up, getattr(module, hook))
        ms = ticks.ticks_diff(ticks.ticks_ms(), begin)
        # At boot nobody is held up yet, and code is read from flash.
        if ms >= (_LATE_AT_BOOT_MS if kernel._settling_s is None else _LATE_MS):
            from .lateness import late

            late(kernel, module, ms)
        if not done:
            return False
    if module.state != here:
        return False  # its own hook has moved it
    if state == RUNNING and not _attempt(kernel, module, up, _engage, kernel, module):
        return False
    if state == STOPPED:
        from .supervision import release

        release(kernel, module)
    _announce(module, state)
    for wanted, _, after in module._hooks:
        if wanted == state and after and not _attempt(kernel, module, up, after, module):
            return False
    return True


def _announce(module, state):
    module.state = state
    module.kernel.bus.publish("$state/" + module.id, None if state == EJECTED else state, True)


def _attempt(kernel, module, up, function, *args):
    # Call `function(*args)`; False when it fails on the way up. A failure on the way down does not end it.
    try:
        function(*args)
    except BaseException as error:
        if up or isinstance(error, KeyboardInterrupt):
            from .traceback import describe

            word = "%s: %s: " % (type(error).__name__, module.id)
            if isinstance(error, ValueError) and describe(error).startswith(word):
                # A plugin's word on its configuration: another start changes nothing. A program's has its place.
                if module.id in (kernel.config.get("plugins") or ()):
                    from .supervision import ConfigError

                    error = ConfigError(str(error))
            kernel.fault(module, error)
            return False
        from .supervision import report

        report(kernel, module, error)
    return True


def _configure(kernel, module):
    if not module._ready:
        if hasattr(type(module), "init"):
            module.init()
        module._ready = True
    # `plugins` in config.json is a list already: a module with such an id names its section.
    section = module.section or module.id
    if module.defaults or section in kernel.config or section in kernel.secrets:
        from .config import settings

        module.config = settings(module, section, module.defaults)


def _engage(kernel, module):
    # What it does while it runs.
    if hasattr(type(module), "loop") or hasattr(type(module), "fiber") or module._hooks:
        from .loops import engage

        engage(kernel, module)
    if hasattr(type(module), "run"):
        if kernel._aio:
            kernel._aio.spawn(module)
        elif not kernel.running:
            module.log.warning("its async run() needs kernel.run() or kernel.serve(), step() does not run it")
    if module.routes is not None or module.filters is not None or module.pages is not None:
        offer(module, True)


def offer(module, running):
    """Publish the routes, filters and pages of `module`, or take them back."""
    for name in ("routes", "filters", "pages"):
        offered = getattr(module, name)
        if offered is not None:
            topic = "$http/%s/%s" % (name, module.id)
            module.kernel.bus.publish(topic, offered if running else None, True, module)


def add(kernel, module: "One") -> "One":
    """Take in `module` and return it; it starts with the next step.

    ValueError: its id is taken, or it is not new. TypeError: it is not a Module.

        lamp = kernel.add(Lamp())
    """
    from .module import Module

    if kernel.bus.thread is not None:
        kernel.check_thread()
    if not isinstance(module, Module):
        raise TypeError("add: %r: takes an object of a class that is derived from modcore.Module" % (module,))
    if not hasattr(module, "properties"):
        raise TypeError("add: the __init__ of %s has to call Module.__init__" % type(module).__name__)
    for name, kinds, takes in (("requires", (list, tuple), "a list of ids"), ("defaults", dict, "a dict")):
        if not isinstance(getattr(module, name), kinds):
            raise TypeError("%s: %s takes %s, not %r" % (module.id, name, takes, getattr(module, name)))
    if module.id in kernel.modules:
        raise ValueError("module id %r is taken; give the other one an id" % module.id)
    if module.state != NEW:
        raise ValueError("module %s is %s already; make a new one" % (module.id, module.state))
    module.kernel = kernel
    if hasattr(type(module), "on_add"):
        module.on_add(kernel)
    kernel.bus.publish("$state/" + module.id, module.state, True)
    kernel.modules[module.id] = module
    kernel._fresh.append(module)
    if hasattr(type(module), "run"):
        kernel._asyncio = True
    return module


def start(kernel):
    """Start every module that was added, or whose wait after a failure is over; `step` does it."""
    fresh = list(kernel._fresh)
    order = list(kernel.modules.values())
    if any([module.requires for module in order]):
        from .moves import _order

        order, broken = _order(kernel.modules)
        for module, reason in broken:
            if module in fresh:
                from .supervision import report

                report(kernel, module, ValueError(reason))
                _announce(module, FAILED)
    # One by one, so that nothing is forgotten when memory runs out half way. The list stays the same: supervision's
    # timers put modules into it.
    for module in fresh:
        if module not in order:
            kernel._fresh.remove(module)
    kernel.bus.patient = True
    for module in order:
        # The start of one may have removed another.
        if module in fresh and module.state not in (RUNNING, EJECTED):
            make_room(_ROOM, (__name__,))
            free = kernel.__dict__.get("took") is not None and gc.mem_free()  # somebody wants to know
            try:
                _walk(kernel, module, RUNNING)
            except MemoryError as error:
                kernel.fault(module, error)
            if free:
                gc.collect()
                kernel.took[module.id] = free - gc.mem_free()
        if module in fresh and module in kernel._fresh:
            kernel._fresh.remove(module)
    kernel.bus.patient = False
    if len(kernel.config) > 1 or kernel.secrets or kernel.bus.get("$unread"):  # more than a name
        from .config import tell_unread

        tell_unread(kernel)
    gc.collect()
    if kernel._settling_s is None:
        kernel._settling_s = _SETTLED_S
        if hasattr(gc, "mem_free") and gc.mem_free() < gc.mem_alloc():
            kernel._settling_s = -1  # at once, when what was published is delivered


def begin(kernel):
    """Note that run() or serve() begins; modules that were stopped start again. RuntimeError: it runs already."""
    if kernel.running:
        raise RuntimeError("kernel is running already")
    bus = kernel.bus
    bus.delivering = False
    if bus._lock.locked() or bus._inbox_lock.locked():  # Ctrl-C may have left one
        from .inbox import mend

        mend(bus)
    for module in kernel.modules.values():
        # It may have struck while they started.
        if module.state != "RUNNING" and module not in kernel._fresh:
            kernel._fresh.append(module)
    kernel.running = True
    kernel._stopping = False


def make_room(room, keep=()):
    """Relieve when less than `room` bytes are free. keep: dotted names of files at work."""
    if hasattr(gc, "mem_free") and gc.mem_free() < room:
        gc.collect()
        if gc.mem_free() < room:
            relieve(keep)
