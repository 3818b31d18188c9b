"""Ending the program in order: for whoever resets the board or sends it to sleep."""

RARE = True  # needed once, at the end


def stop_modules(kernel, reason):
    """Stop and unmount every module, the last one started first, and say before that it is meant to be.

    reason: what `$restart` carries, so that safe mode does not take it for a crash. To be called from a timer,
    not from a handler of the bus; nothing runs after it.

        stop_modules(self.kernel, "update")
        machine.reset()
    """
    bus = kernel.bus
    bus.deliver()
    kernel.log.warning("ends for a restart:", reason)
    bus.publish("$restart", reason)
    bus.deliver()
    kernel.end()
    for module in reversed(list(kernel.modules.values())):
        if module.state == "STOPPED":
            kernel.move(module, "UNMOUNTED")
    bus.deliver()


def reset(kernel, reason):
    """Stop every module and reset the board; see `stop_modules`. ImportError: there is nothing to reset."""
    import machine

    stop_modules(kernel, reason)
    machine.reset()
