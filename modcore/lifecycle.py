"""The states of a module and the ways between them. The tables are the rule; `walk` follows them.

Loaded when a module moves and unloaded behind it: most of the time nothing does. `add`, `start`, `begin` and
`end` are methods of Kernel.
"""

import gc
import sys
from collections import OrderedDict

from .bus import Bus, load

NEW = "NEW"
CONFIGURED = "CONFIGURED"
MOUNTED = "MOUNTED"
RUNNING = "RUNNING"
STOPPED = "STOPPED"
UNMOUNTED = "UNMOUNTED"
EJECTED = "EJECTED"
FAILED = "FAILED"

# state -> the next one towards RUNNING, and the next one towards EJECTED.
_UP = {
    NEW: CONFIGURED,
    CONFIGURED: MOUNTED,
    MOUNTED: RUNNING,
    STOPPED: RUNNING,
    UNMOUNTED: CONFIGURED,
    FAILED: CONFIGURED,
}
_DOWN = {
    NEW: EJECTED,
    CONFIGURED: UNMOUNTED,
    MOUNTED: UNMOUNTED,
    RUNNING: STOPPED,
    STOPPED: UNMOUNTED,
    UNMOUNTED: EJECTED,
    FAILED: EJECTED,
}
# state -> the hook that leads into it.
_HOOK = {
    CONFIGURED: "configure",
    MOUNTED: "mount",
    RUNNING: "start",
    STOPPED: "stop",
    UNMOUNTED: "unmount",
    EJECTED: "eject",
}
# What a module offers to the web servers.
_OFFERED = ("routes", "filters", "pages")
# How far up a state is.
_ORDER = (UNMOUNTED, NEW, FAILED, CONFIGURED, MOUNTED, STOPPED, RUNNING)


def create(kernel, config, secrets):
    """Give a new Kernel what it has."""
    from .kernel import ticks_ms

    kernel.config = config = {} if config is None else config
    kernel.secrets = secrets or {}
    kernel.name = config.get("name", "modcore")
    kernel.bus = Bus(config.get("queue", 32))
    kernel.bus.supervisor = kernel
    kernel.modules = OrderedDict()  # a dict of MicroPython forgets the order
    kernel.timers = []
    kernel._fresh = []  # added, not started yet
    kernel._turns = []  # [module, its loop or generator, tick of the generator's next turn]
    kernel._tick = ticks_ms()


def path(state, target):
    """The states to enter, in order, on the way from `state` to `target`.

        path(RUNNING, CONFIGURED)   # ["STOPPED", "UNMOUNTED", "CONFIGURED"]

    ValueError: there is no such way.
    """
    if target not in _HOOK:
        raise ValueError("state %r: have %s" % (target, ", ".join(_HOOK)))
    steps = []
    up = target in (CONFIGURED, MOUNTED, RUNNING)
    if up and state in _ORDER and _ORDER.index(state) > _ORDER.index(target):
        steps = path(state, UNMOUNTED)
        state = UNMOUNTED
    table = _UP if up else _DOWN
    while state != target:
        if state not in table:
            raise ValueError("no way to %s" % target)
        state = table[state]
        steps.append(state)
    return steps


def walk(kernel, module, target):
    """Take `module` through every state up to `target`; False when a hook failed on the way."""
    try:
        steps = path(module.state, target)
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
    hook = getattr(module, _HOOK[state], None)
    if hook and not _attempt(kernel, module, up, hook):
        return False
    if module.state != here:
        return False  # its own hook has moved it
    if state == RUNNING and not _attempt(kernel, module, up, _engage, kernel, module):
        return False
    if state == STOPPED:
        release(kernel, module)
    announce(kernel, module, state)
    for wanted, _, after in module._hooks:
        if wanted == state and after and not _attempt(kernel, module, up, after, module):
            return False
    return True


def _attempt(kernel, module, up, function, *args):
    """Call `function(*args)`; False when it fails on the way up. A failure on the way down does not end it."""
    try:
        function(*args)
    except Exception as error:
        if up:
            kernel.fault(module, error)
            return False
        kernel.report(module, error)
    return True


def _configure(kernel, module):
    if not module._ready:
        if hasattr(module, "init"):
            module.init()
        module._ready = True
    # `plugins` in config.json is a list already: a module with such an id names its section.
    section = getattr(module, "section", module.id)
    if module.defaults or section in kernel.config or section in kernel.secrets:
        module.config = load("config").settings(module, section, module.defaults)


def _engage(kernel, module):
    if hasattr(module, "loop"):
        kernel._turns.append([module, module.loop, None])
    if hasattr(module, "fiber"):
        kernel._turns.append([module, module.fiber(), kernel._tick])
    if hasattr(module, "run"):
        if kernel._aio:
            kernel._aio.spawn(module)
        elif not kernel.running:
            module.log.warning("its async run() needs kernel.run() or kernel.serve(), step() does not run it")
    for name in _OFFERED:
        offered = getattr(module, name)
        if offered is not None:
            module.publish("$http/%s/%s" % (name, module.id), offered, True)


def release(kernel, module):
    """Take back all that `module` took while it ran."""
    load("topics").drop(kernel.bus, module)
    for timer in list(kernel.timers):
        if timer.owner is module:
            timer.cancel()
    kept = []
    for entry in kernel._turns:
        if entry[0] is not module:
            kept.append(entry)
        elif hasattr(entry[1], "close"):
            try:
                entry[1].close()
            except ValueError:
                pass  # it is the fiber that runs right now; it is not resumed
            except Exception as error:
                kernel.report(module, error)
    kernel._turns = kept
    if kernel._sockets:
        kernel._sockets.drop(module)
    if kernel._aio:
        _cancel_task(kernel._aio.tasks.get(module.id))
    for property in module.properties.values():
        load("authoring").withdraw(property)
    module.properties.clear()
    for name in _OFFERED:
        if getattr(module, name) is not None:
            module.publish("$http/%s/%s" % (name, module.id), None, True)


def announce(kernel, module, state):
    """Set the module's state and publish it."""
    module.state = state
    kernel.bus.publish("$state/" + module.id, None if state == EJECTED else state, True)


def start_order(modules):
    """The modules, each behind those that it requires, and a list of (module, reason) that can't start.

    modules: dict of id -> module.
    """
    order = []
    broken = {}  # id -> (module, reason)

    def visit(module, trail):
        if module in order or module.id in broken:
            return
        if module in trail:
            cycle = trail[trail.index(module) :]
            reason = "requires: cycle " + " -> ".join([m.id for m in cycle + [module]])
            for m in cycle:
                broken[m.id] = (m, reason)
            return
        for id in module.requires:
            if id in modules:
                visit(modules[id], trail + [module])
                if id not in broken:
                    continue
                reason = "requires: %r can't start" % id
            else:
                reason = "requires: %r not found; have %s" % (id, ", ".join(sorted(modules)))
            if module.id not in broken:
                broken[module.id] = (module, reason)
        if module.id not in broken:
            order.append(module)

    for module in modules.values():
        visit(module, [])
    return order, broken.values()


# Methods of Kernel


def add(kernel, module):
    """Take in `module` and return it; it starts with the next step. ValueError: its id is taken, or it is not new."""
    if module.id in kernel.modules:
        raise ValueError("module id %r is taken; give the other one an id" % module.id)
    if module.state != NEW:
        raise ValueError("module %s is %s already; make a new one" % (module.id, module.state))
    module.kernel = kernel
    if hasattr(module, "on_add"):
        module.on_add(kernel)
    kernel.bus.publish("$state/" + module.id, module.state, True)
    kernel.modules[module.id] = module
    kernel._fresh.append(module)
    if hasattr(module, "run"):
        kernel._wants_asyncio = True
    return module


def start(kernel):
    """Start every module that was added, or whose wait after a failure is over, behind those that it requires."""
    fresh = list(kernel._fresh)
    kernel._fresh.clear()  # the list stays the same: supervision's timers put modules into it
    names = ("authoring", "config", "topics", "lifecycle")
    for name in names:  # once for all of them
        __import__("modcore." + name)
    order, broken = start_order(kernel.modules)
    for module, reason in broken:
        if module in fresh:
            kernel.report(module, ValueError(reason))
            announce(kernel, module, FAILED)
    for module in order:
        # The start of one may have removed another.
        if module in fresh and module.state not in (RUNNING, EJECTED):
            walk(kernel, module, RUNNING)
            gc.collect()
    if kernel.config:
        load("config").tell_unread(kernel)
    if sys.implementation.name != "cpython":
        package = sys.modules["modcore"]
        for name in names:
            sys.modules.pop("modcore." + name, None)
            package.__dict__.pop(name, None)
    gc.collect()


def begin(kernel):
    """Note that run() or serve() begins; modules that were stopped start again."""
    if kernel.running:
        raise RuntimeError("kernel is running already")
    load("inbox").mend(kernel.bus)
    for module in kernel.modules.values():
        # Ctrl-C may have struck while they started.
        if module.state != RUNNING and module not in kernel._fresh:
            kernel._fresh.append(module)
    kernel.running = True
    kernel._stopping = False


def end(kernel):
    """Stop all modules, the last one started first. Ctrl-C, pressed again, keeps none from it."""
    order, broken = start_order(kernel.modules)
    try:
        for module in [module for module, _ in broken] + order[::-1]:
            for _ in range(2):
                try:
                    if module.state == RUNNING:
                        walk(kernel, module, STOPPED)
                    elif module._failures:
                        load("supervision").forget(module)
                    if not kernel.bus.delivering:
                        kernel.bus.deliver()  # the transports, which stop behind it, still tell the outside
                    break
                except KeyboardInterrupt:
                    pass
    finally:
        kernel.running = False


def _cancel_task(task):
    """Cancel a module's task, which is still known until it has ended."""
    if not task or task.done():
        return
    import asyncio

    if task is asyncio.current_task():
        asyncio.create_task(_cancel(task))  # it can't cancel itself
    else:
        task.cancel()


async def _cancel(task):
    task.cancel()
