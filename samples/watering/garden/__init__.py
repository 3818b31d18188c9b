"""The garden: valves, flow meter, rain, programs, schedules, player, history; and what all of them share: the clock."""

import time

# A board starts in 2000 or 1970; nothing is watered by such a clock.
_SET_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400  # 2024


class Conflict(ValueError):
    """Something is well formed and contradicts something else: an id twice, a valve or program that there is not."""


def is_set():
    """Tell whether the clock shows a time that can be true."""
    return time.time() >= _SET_S


def zone(kernel):
    """The Zone of the module tz, or None: nobody knows what local time is."""
    return getattr(kernel.modules.get("tz"), "zone", None)


def day(kernel):
    """The local day as a number, or None while the clock is not set."""
    return (int(time.time()) + kernel.bus.get("tz/offset", 0)) // 86400 if is_set() else None


def settings(module, what):
    """The answer of a module that is asked for its `settings` on the bus, and for nothing else."""
    if what != "settings":
        raise LookupError("%s answers no %s" % (module.id, what))
    return module.config
