"""Supervision: what happens to a module that raised, and what one that stops gives back.

A device loads it at boot, while there is memory, and sets some memory aside for it.
"""

import gc

from . import ticks
from .lazy import relieve
from .ticks import const

_BACKOFF_S = const((1, 2, 4, 8, 16, 32, 60))
_WINDOW_S = const(600)
_MAX_FAILURES = const(5)
_RESERVE = const(512)  # bytes: a report of a failure
_LOW = const(8)  # the part of the heap below which memory is short,
_TURN = const(10240)  # and what the code for one turn takes, bytes


class ConfigError(ValueError):
    """A configuration with which a module can't run. It is told in one line, and the module is not tried again."""

    lasting = True  # for supervision


def report(kernel, module, error):
    """Report `error` of `module` on `$error/<id>` and, with its traceback, in the log, and do nothing more."""
    if getattr(error, "lasting", False):  # it says all there is to say
        kernel.bus.publish("$error/" + module.id, str(error), True)
        module.log.error(error)
        return
    from .traceback import describe

    kernel.bus.publish("$error/" + module.id, describe(error), True)
    module.log.exception(error)


def fail(kernel, module, error):
    """Report `error`, stop the module, and start it again later unless it fails too often.

    module: None when the handler that raised is nobody's.
    """
    gc.collect()  # leave room for what follows
    if module is None:
        kernel.log.exception(error)
        return
    state = module.state
    stops_first = state == "RUNNING" and isinstance(error, MemoryError)
    if stops_first:  # what it gives back is needed for all the rest
        _attempt(module, "stop")
    try:
        report(kernel, module, error)
    except MemoryError:  # what it gives back counts for more
        print(module.id, "out of memory")
    if state in ("FAILED", "STOPPED", "EJECTED"):
        return  # what it left behind; it is down, and stays so
    if state == "RUNNING" and not stops_first:
        _attempt(module, "stop")
    release(kernel, module)
    if state in ("RUNNING", "MOUNTED"):
        _attempt(module, "unmount")
    if not getattr(error, "lasting", False):  # else another start would end in the same way
        # Before it counts as failed: what finds no memory here is done again as a whole.
        _plan(kernel, module, error)
    module.state = "FAILED"
    kernel.bus.publish("$state/" + module.id, "FAILED", True)


def _plan(kernel, module, error):
    delay_s = _count(module, kernel.uptime_ms() // 1000)
    if delay_s is None and isinstance(error, MemoryError):
        delay_s = _BACKOFF_S[-1]  # that may be another's doing: it is not given up
    if delay_s is None:
        module.log.critical("failed %d times in %d s, stays down" % (_MAX_FAILURES, _WINDOW_S))
    else:
        module.log.warning("starts again in %d s" % delay_s)
        from .timer import Timer, timers_of

        again = Timer(timers_of(kernel), None, delay_s * 1000, None, kernel._fresh.append, (module,))
        module._failures[0] = again


def retry(kernel):
    """Supervise the failures for which there was no memory, once a second."""
    now = ticks.ticks_ms() >> 10
    if kernel._retried == now:
        return
    kernel._retried = now
    kernel.relieve()
    for _ in range(len(kernel._faults) // 2):
        module = kernel._faults.pop(0)
        kernel.fault(module, kernel._faults.pop(0))


def _count(module, now):
    # Count a failure at `now` (s of uptime); the delay in s before the next start, None for never.
    # [timer of the restart, how many failures in a row, when the recent ones were]
    timer, row, times = module._failures or (None, 0, [])
    if times and now - times[-1] >= _WINDOW_S:
        row = 0
    times = [t for t in times if now - t < _WINDOW_S] + [now]
    module._failures = [None, row + 1, times]
    if len(times) >= _MAX_FAILURES:
        return None
    return _BACKOFF_S[min(row, len(_BACKOFF_S) - 1)]


def forget(module):
    """Cancel a restart that waits; with it goes the count of failures."""
    if module._failures and module._failures[0]:
        module._failures[0].cancel()
    module._failures = None


def _attempt(module, name):
    if hasattr(type(module), name):
        try:
            if name == "stop":
                module.stop()  # getattr would take memory
            else:
                module.unmount()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            # On $error stays the reason: this is mostly its consequence.
            module.log.exception(error)


def release(kernel, module):
    """Take back all that `module` took while it ran."""
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
    if module.routes is not None or module.filters is not None or module.pages is not None:
        from .lifecycle import offer

        offer(module, False)


def withdraw(property):
    """Take a property off the bus: its value, its description and its command."""
    module = property.module
    if module.properties.get(property.id) is property:
        del module.properties[property.id]
    bus = module.kernel.bus
    bus.publish(property.topic, None, True, module)
    bus.publish("$describe/" + property.topic, None, True, module)
    if property.set:
        bus.unsubscribe(property.topic + "/set", property.on_set)


def reserve(kernel):
    """Set memory aside with which supervision can work when nothing is left; a device's main() does it."""
    kernel._low = max(_TURN, (gc.mem_free() + gc.mem_alloc()) // _LOW)
    kernel._reserve = bytearray(_RESERVE)


def look(kernel):
    """Give memory back when it is short, and fill the reserve again when it is not."""
    if gc.mem_free() < kernel._low:
        gc.collect()
        if gc.mem_free() < kernel._low:
            relieve()
    if kernel._reserve is None and gc.mem_free() > kernel._low:
        reserve(kernel)
