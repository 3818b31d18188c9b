"""Supervision: what happens to a module that raised, and to one that holds up all others."""

import gc

from .ticks import const

_BACKOFF_S = (1, 2, 4, 8, 16, 32, 60)
_WINDOW_S = const(600)
_MAX_FAILURES = const(5)


def report(kernel, module, error):
    """Put `error` on `$error/<id>` and its traceback into the log."""
    if getattr(error, "lasting", False):  # it says all there is to say
        kernel.bus.publish("$error/" + module.id, str(error), True)
        module.log.error(error)
        return
    text = "%s: %s" % (type(error).__name__, error)
    kernel.bus.publish("$error/" + module.id, text, True)
    module.log.error(traceback(error))


def fail(kernel, module, error):
    """Report `error`, stop the module, and start it again later unless it fails too often.

    module: None when the handler that raised is nobody's.
    """
    gc.collect()  # leave room for what follows
    if module is None:
        kernel.log.error(traceback(error))
        return
    try:
        report(kernel, module, error)
    except MemoryError:
        print(module.id + ": out of memory")
    state = module.state
    if state in ("FAILED", "STOPPED", "EJECTED"):
        return  # what it left behind; it is down, and stays so
    from .release import release

    if state == "RUNNING":
        _attempt(module, "stop")
    release(kernel, module)
    if state in ("RUNNING", "MOUNTED"):
        _attempt(module, "unmount")
    kernel._announce(module, "FAILED")
    if getattr(error, "lasting", False):
        return  # another start would end in the same way
    delay_s = _count(module, kernel.uptime_ms() // 1000)
    if delay_s is None:
        module.log.critical("failed %d times in %d s, stays down" % (_MAX_FAILURES, _WINDOW_S))
    else:
        module.log.warning("starts again in %d s" % delay_s)
        from .timer import Timer, timers_of

        again = Timer(timers_of(kernel), None, delay_s * 1000, None, kernel._fresh.append, (module,))
        module._failures[0] = again


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
            getattr(module, name)()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            # On $error stays the reason: this is mostly its consequence.
            module.log.error(traceback(error))


def late(kernel, module, ms):
    """Tell that `module` (None: nobody's handler) has held up all others for `ms` milliseconds.

    `$late/<module>` keeps the longest time; the log tells each that is longer than those before.
    """
    id = module.id if module else "kernel"
    if ms > kernel.bus.get("$late/" + id, 0):
        kernel.bus.publish("$late/" + id, ms, True)
        (module or kernel).log.warning("held up all others for %d ms" % ms)


def traceback(error):
    """Return the traceback of `error` as text."""
    try:
        import io
        from sys import print_exception

        out = io.StringIO()
        print_exception(error, out)
        return out.getvalue().rstrip()
    except UnicodeError:  # a name out of a broken file
        return type(error).__name__ + ": its text is not UTF-8"
    except ImportError:
        from traceback import format_exception

        return "".join(format_exception(type(error), error, error.__traceback__)).rstrip()
