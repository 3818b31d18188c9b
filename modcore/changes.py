"""What is asked of a kernel now and then: to move, remove and configure anew, and to call around a transition."""

from .lifecycle import TABLE, walk

RARE = True  # needed when somebody asks for it

LOOP = "LOOP"


def move(kernel, module, state):
    """What `Kernel.move` does; see there."""
    kernel.bus._own_thread()
    module = _module(kernel, module)
    if module in kernel._fresh:
        kernel._fresh.remove(module)
    if module._failures:
        from .supervision import forget

        forget(module)
    return walk(kernel, module, state)


def remove(kernel, id):
    """What `Kernel.remove` does; see there."""
    module = _module(kernel, id)
    move(kernel, module, "EJECTED")
    del kernel.modules[module.id]
    if hasattr(type(module), "on_remove"):
        try:
            module.on_remove(kernel)
        except Exception as error:
            kernel.report(module, error)
    kernel.bus.publish("$error/" + module.id, None, True)


def reconfigure(kernel, id=None, config=None):
    """What `Kernel.reconfigure` does; see there."""
    if id is None:
        return _reconfigure_all(kernel)
    module = _module(kernel, id)
    if config:
        from .config import check, merge

        check(module.id, module.defaults, config)
        section = module.section or module.id
        kernel.config[section] = merge(kernel.config.get(section, {}), config)
    if module.state not in ("NEW", "CONFIGURED", "UNMOUNTED", "FAILED"):
        move(kernel, module, "UNMOUNTED")
    return move(kernel, module, "RUNNING")


def _reconfigure_all(kernel):
    from .order import start_order

    order = start_order(kernel.modules)[0]
    for module in reversed(order):
        if module.state == "RUNNING":
            move(kernel, module, "UNMOUNTED")
    return all([move(kernel, module, "RUNNING") for module in order])


def _module(kernel, module):
    if not isinstance(module, str):
        return module
    if module not in kernel.modules:
        raise ValueError("module %r not found; have %s" % (module, ", ".join(sorted(kernel.modules))))
    return kernel.modules[module]


def hook(module, state, before, after):
    """What `Module.hook` does; see there."""
    states = [name for name in TABLE if TABLE[name][0]] + [LOOP]
    if state not in states:
        raise ValueError("%s: hook: state %r: have %s" % (module.id, state, ", ".join(states)))
    for function in (before, after):
        if function is not None and not callable(function):
            raise TypeError("%s: hook: %r: takes a function of the module" % (module.id, function))
    module._hooks += ((state, before, after),)


def begin(kernel):
    """What `Kernel.begin` does; see there."""
    if kernel.running:
        raise RuntimeError("kernel is running already")
    from .inbox import mend

    mend(kernel.bus)
    for module in kernel.modules.values():
        # Ctrl-C may have struck while they started.
        if module.state != "RUNNING" and module not in kernel._fresh:
            kernel._fresh.append(module)
    kernel.running = True
    kernel._stopping = False
