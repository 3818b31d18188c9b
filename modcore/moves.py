"""Moves of modules through their states on request, and of the kernel; lifecycle.py has the states and the start."""

import gc

from .lazy import modules
from .ticks import const

RARE = True  # needed when somebody asks for it, and at the end

_ENOUGH = const(8192)  # bytes for the names of a package, twice


def remove(kernel, id):
    """Stop and eject the module `id` and forget it. ValueError: there is none."""
    module = _module(kernel, id)
    move(kernel, module, "EJECTED")
    del kernel.modules[module.id]
    if hasattr(type(module), "on_remove"):
        try:
            module.on_remove(kernel)
        except Exception as error:
            kernel.report(module, error)
    kernel.bus.publish("$error/" + module.id, None, True)


def move(kernel, module, state):
    """Take a module (or the one with that id) through all states up to `state`; False when it failed.

    ValueError: no module or state of that name, or no way to it.

        kernel.move("lamp", "STOPPED")
    """
    from .lifecycle import _walk

    if kernel.bus.thread is not None:
        kernel.check_thread()
    module = _module(kernel, module)
    if module in kernel._fresh:
        kernel._fresh.remove(module)
    if module._failures:
        from .supervision import forget

        forget(module)
    return _walk(kernel, module, state)


def reconfigure(kernel, id=None, config=None):
    """Walk a module (all of them without an id) down, give it `config` over its section, and up again.

    Returns False when it does not come to run. ValueError: a value of the wrong type; nothing has
    changed then.

        kernel.reconfigure("valves", {"pins": [4]})
    """
    if id is None:
        return _reconfigure_all(kernel)
    module = _module(kernel, id)
    if config:
        from .config import check, merge

        check(module.id, module.defaults, config)
        section = module.section or module.id
        kernel.config[section] = merge(kernel.config.get(section, {}), config)
    return _restart(kernel, module)


def _restart(kernel, module):
    # A module that ran is not left lying where there was no memory half way: the next steps start it.
    for _ in range(2):
        try:
            if module.state not in ("NEW", "CONFIGURED", "UNMOUNTED", "FAILED"):
                move(kernel, module, "UNMOUNTED")
            return move(kernel, module, "RUNNING")
        except MemoryError as error:
            kernel.relieve()
            trouble = error
    if module.state == "STOPPED":
        kernel._fresh.append(module)
    else:
        kernel.fault(module, trouble)
    return False


def _reconfigure_all(kernel):
    order = _order(kernel.modules)[0]
    for module in reversed(order):
        if module.state == "RUNNING":
            try:
                move(kernel, module, "UNMOUNTED")
            except MemoryError:  # on the way up it is taken all the way down first
                kernel.relieve()
    return all([_restart(kernel, module) if module.state != "RUNNING" else True for module in order])


def _module(kernel, module):
    if not isinstance(module, str):
        return module
    if module not in kernel.modules:
        raise ValueError("module %r not found; have %s" % (module, ", ".join(sorted(kernel.modules))))
    return kernel.modules[module]


def hook(module, state, before=None, after=None):
    """Have `before(module)` and `after(module)` called around each entry into `state`.

    state: such as "RUNNING", or "LOOP": around every turn of the kernel's main loop while the module runs.
    ValueError: no such state. TypeError: no function.

        lamp.hook("RUNNING", before=self.count)
    """
    from .lifecycle import TABLE

    states = [name for name in TABLE if TABLE[name][0]] + ["LOOP"]
    if state not in states:
        raise ValueError("%s: hook: state %r: have %s" % (module.id, state, ", ".join(states)))
    if before is None and after is None:
        raise TypeError("%s: hook: takes a function before or after" % module.id)
    for function in (before, after):
        if function is not None and not callable(function):
            raise TypeError("%s: hook: %r: takes a function of the module" % (module.id, function))
    module._hooks += ((state, before, after),)


def serve(kernel):
    """Run inside an asyncio loop until `stop()` or until cancelled, then stop all modules and their tasks.

    await kernel.serve()
    """
    from .aio import turn

    return turn(kernel)


def stop(kernel):
    """End run() or serve() after the current step; without them stop all modules at once."""
    kernel._stopping = True
    if kernel.bus.wake:
        kernel.bus.wake()
    if not kernel.running:
        kernel.end()


def _order(modules):
    """Return the modules in the order of their start, and a list of (module, reason) that can't start.

    modules: dict of id -> module.
    """
    order = []
    broken = {}  # id -> (module, reason)

    def visit(module, path):
        if module in order or module.id in broken:
            return
        if module in path:
            cycle = path[path.index(module) :]
            reason = "requires: cycle " + " -> ".join([m.id for m in cycle + [module]])
            for m in cycle:
                broken[m.id] = (m, reason)
            return
        for id in module.requires:
            if id in modules:
                visit(modules[id], path + [module])
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
    return order, list(broken.values())


def end(kernel):
    """Stop all modules, the last one started first. Ctrl-C, pressed again, keeps none from it."""
    order, broken = _order(kernel.modules)
    try:
        for module in [module for module, _ in broken] + order[::-1]:
            for _ in range(3):
                try:
                    _stop(kernel, module)
                    break
                except KeyboardInterrupt:
                    pass
                except MemoryError:
                    kernel.relieve()
        if kernel._kept:
            kernel._kept.write()
        if hasattr(gc, "mem_free"):
            _fill_gaps()  # who stops it may be at the prompt next
    finally:
        kernel.running = False


def _stop(kernel, module):
    if module.state == "RUNNING":
        from .lifecycle import _walk

        _walk(kernel, module, "STOPPED")
    elif module._failures:
        from .supervision import forget

        forget(module)
    if not kernel.bus.delivering:
        kernel.bus.deliver()  # the transports, which stop later, still tell the outside


def _fill_gaps():
    """Make the names of all packages anew, for `help()` at the prompt.

    MicroPython's help() crashes over the gap that a name leaves when its file is dropped.
    """
    for path in list(modules):
        names = getattr(modules.get(path), "__dict__", None)
        if names and "__path__" in names and gc.mem_free() > _ENOUGH:
            kept = dict(names)
            names.clear()
            names.update(kept)
