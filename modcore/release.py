"""The way down: what a module that stops gives back, and how a kernel ends."""


def release(kernel, module):
    """Take back all that `module` took while it ran."""
    from .offers import offer
    from .subscriptions import _drop

    _drop(kernel.bus, module)
    if kernel._timers:
        kernel._timers.drop(module)
    if kernel._loops:
        kernel._loops.drop(module)
    if kernel._sockets:
        kernel._sockets.drop(module)
    if kernel._aio:
        kernel._aio.cancel(module)
    for property in list(module.properties.values()):
        withdraw(property)
    offer(module, False)


def withdraw(property):
    """What `Property.withdraw` does; see there."""
    module = property.module
    if module.properties.get(property.id) is property:
        del module.properties[property.id]
    bus = module.kernel.bus
    bus.publish(property.topic, None, True, module)
    bus.publish("$describe/" + property.topic, None, True, module)
    if property.set:
        bus.unsubscribe(property.topic + "/set", property.on_set)


def end(kernel):
    """Stop all modules, the last one started first. Ctrl-C, pressed again, keeps none from it."""
    from .order import start_order

    order, broken = start_order(kernel.modules)
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
