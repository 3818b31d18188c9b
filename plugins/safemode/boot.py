"""Questions of modcore's boot before it loads anything: is this a crash, and is it one too many?"""

from . import record

_NETWORK = ("wlan", "softap")
_SERVERS = ("http_async", "http_windup")
# Starts that are not a crash. What is left: a watchdog, a fault of the firmware, a reset that nobody has announced.
_HARMLESS = ("PWRON_RESET", "DEEPSLEEP_RESET", "SOFT_RESET")


def choose(kernel, names, installed):
    """The plugins to start: `names`, or, in safe mode, those that make the device reachable.

    names: those of the configuration. installed: () -> the names of all that there are.
    """
    if not count_start():
        return names
    kernel.log.critical("safe mode: %d crashes within %d minutes" % (record.CRASHES, record.WINDOW_S // 60))
    have = installed()
    servers = [name for name in names if name in _SERVERS] or [name for name in _SERVERS if name in have]
    return ["safemode"] + [name for name in _NETWORK if name in have] + servers[:1]


def count_start():
    """Note why the board has started; True when it is to start in safe mode."""
    found = record.read()
    crashed = _crashed() and not found.get("planned")
    if not crashed and not found:
        return False
    changed = crashed or "planned" in found
    found.pop("planned", None)
    had = len(found.get("ages", ()))
    record.age(found, record.since(found))
    if crashed:
        found["ages"].append(0)
        if found.get("later") == 1:
            found["later"] = 2
    if len(found["ages"]) >= record.CRASHES:
        found["active"] = True
    if changed or len(found["ages"]) != had:
        try:
            record.save(found if found["ages"] or found.get("active") else {})
        except OSError:
            pass  # without a place to remember in there is no counting
    return bool(found.get("active"))


def _crashed():
    try:
        import machine

        cause = machine.reset_cause()
    except (ImportError, AttributeError):
        return False
    return all([getattr(machine, name, None) != cause for name in _HARMLESS])
