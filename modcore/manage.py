"""What is rarely asked of a kernel: each function is a method of Kernel, loaded when it is called."""

from .bus import load
from .kernel import sleep_ms


def remove(kernel, id):
    """Stop and eject the module `id` and forget it. ValueError: there is none."""
    module = _module(kernel, id)
    move(kernel, module, "EJECTED")
    del kernel.modules[module.id]
    if hasattr(module, "on_remove"):
        try:
            module.on_remove(kernel)
        except Exception as error:
            kernel.report(module, error)
    kernel.bus.publish("$error/" + module.id, None, True)


def move(kernel, module, state):
    """Take a module (or the one with that id) through all states up to `state`; False when it failed.

    ValueError: no module or state of that name, or no way to it.
    """
    module = _module(kernel, module)
    if module in kernel._fresh:
        kernel._fresh.remove(module)
    if module._failures:
        load("supervision").forget(module)
    return load("lifecycle").walk(kernel, module, state)


def reconfigure(kernel, id=None, config=None):
    """Walk a module (all of them without an id) down, give it `config` over its section, and up again.

    ValueError: a value of the wrong type; nothing has changed then.

        kernel.reconfigure("valves", {"pins": [4]})
    """
    if id is None:
        order = load("lifecycle").start_order(kernel.modules)[0]
        for module in reversed(order):
            if module.state == "RUNNING":
                move(kernel, module, "UNMOUNTED")
        return all([move(kernel, module, "RUNNING") for module in order])
    module = _module(kernel, id)
    if config:
        files = load("config")
        files.check(module.id, module.defaults, config)
        section = getattr(module, "section", module.id)
        kernel.config[section] = files.merge(kernel.config.get(section, {}), config)
    if module.state not in ("NEW", "CONFIGURED", "UNMOUNTED", "FAILED"):
        move(kernel, module, "UNMOUNTED")
    return move(kernel, module, "RUNNING")


def save(kernel):
    """Write the configuration to config.json, whole or not at all. OSError: it can't be written."""
    load("json_files").save(getattr(kernel, "path", "config.json"), kernel.config)


def set_log_level(kernel, level, id=""):
    """Show messages from `level` on, of module `id` or of all; kept with the configuration.

    ValueError: no such level.
    """
    load("levels").number(level)
    log = kernel.config.setdefault("log", {})
    if id:
        log.setdefault("levels", {})[id] = level
    else:
        log["level"] = level
    kernel.log_levels = None
    kernel.bus.publish("$levels", level, True)  # for those who show them


def stop(kernel):
    """End run() or serve() behind the current step; without them stop all modules at once."""
    kernel._stopping = True
    if kernel.bus.wake:
        kernel.bus.wake()
    if not kernel.running:
        kernel.end()


def uptime_ms(kernel):
    """Milliseconds from the making of the kernel to its last step."""
    return kernel._uptime_ms


def start_thread(kernel):
    """Run in a thread of its own: the REPL stays free. RuntimeError: it runs already."""
    from _thread import start_new_thread

    if kernel.running:
        raise RuntimeError("kernel is running already")
    kernel._stopping = None
    start_new_thread(kernel.run, ())
    while kernel._stopping is None:  # a stop() that follows finds it running
        sleep_ms(1)


async def serve(kernel):
    """Run inside an asyncio loop until `stop()` or until cancelled, then stop all modules and their tasks.

    await kernel.serve()
    """
    from .aio import turn

    kernel.begin()
    try:
        await turn(kernel)
    finally:
        kernel.end()


def sockets(kernel):
    """The watched sockets, see Module.watch."""
    if not kernel._sockets:
        from .sockets import Sockets

        kernel._sockets = Sockets(kernel)
    return kernel._sockets


def fault(kernel, module, error):
    """Supervise: report `error`, stop the module and start it again later. module: None when it is nobody's."""
    load("supervision").fail(kernel, module, error)


def report(kernel, module, error):
    """Report `error` of `module` on `$error/<id>` and in the log, and do nothing more."""
    load("supervision").report(kernel, module, error)


def _module(kernel, module):
    if not isinstance(module, str):
        return module
    if module not in kernel.modules:
        raise ValueError("module %r not found; have %s" % (module, ", ".join(sorted(kernel.modules))))
    return kernel.modules[module]
