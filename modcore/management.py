"""Methods of Kernel that are asked for now and then: moving, configuring, saving, threads.

Each function is a method of Kernel, `kernel` standing for `self`; a board loads them when one is called.
"""

RARE = True  # needed when somebody asks for it


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

    kernel.bus._own_thread()
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
    if module.state not in ("NEW", "CONFIGURED", "UNMOUNTED", "FAILED"):
        move(kernel, module, "UNMOUNTED")
    return move(kernel, module, "RUNNING")


def _reconfigure_all(kernel):
    from .lifecycle import _start_order

    order = _start_order(kernel.modules)[0]
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


def save(kernel):
    """Write the configuration to config.json, whole or not at all.

    What a module of one's own has assigned to its `self.config[...]` is saved with it, a key of secrets.json there.
    OSError: it can't be written. ValueError: what was assigned is none that could be read back; all else is saved.

        self.config["limit"] = 60
        self.kernel.save()
    """
    from .saving import save

    save(kernel)


def set_log_level(kernel, level, id=""):
    """Show messages from `level` on, of module `id` or of all; kept with the configuration.

    level: debug, info, warning, error or critical. ValueError: no such level.
    """
    from .levels import set_level

    set_level(kernel, level, id)


def serve(kernel):
    """Run inside an asyncio loop until `stop()` or until cancelled, then stop all modules and their tasks.

    await kernel.serve()
    """
    from .aio import serve

    return serve(kernel)


def start_thread(kernel):
    """Run in a thread of its own: the REPL stays free.

    From other threads than that one `publish` and `call` may be used, and nothing else of kernel and bus.
    RuntimeError: it runs already.

        kernel.start_thread()
        kernel.call(kernel.reconfigure, "lamp", {"pin": 5})
    """
    from .thread import start

    start(kernel)


def call(kernel, function, *args):
    """Call `function(*args)` in the kernel's thread, with its next step; safe from every thread."""
    from .thread import call

    call(kernel, function, args)


def sockets(kernel):
    """Return the watched sockets, whose `watch` and `unwatch` a loop beside the kernel's may use too."""
    from .sockets import sockets_of

    return sockets_of(kernel)


def report(kernel, module, error):
    """Report `error` of `module` on `$error/<id>` and in the log, and do nothing more."""
    from .supervision import report

    report(kernel, module, error)


def reserve(kernel):
    """Set memory aside with which supervision can work when nothing is left; a device's main() does it."""
    from .supervision import reserve

    reserve(kernel)


def stop(kernel):
    """End run() or serve() after the current step; without them stop all modules at once."""
    kernel._stopping = True
    if kernel.bus.wake:
        kernel.bus.wake()
    if not kernel.running:
        end(kernel)


def end(kernel):
    """Stop all modules, the last one started first; run() and serve() do it."""
    from .supervision import end

    end(kernel)
