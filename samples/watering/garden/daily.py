"""The restart of the board: each day, and for a command."""

import time

from modcore.ticks import const

from . import is_set, zone

RARE = True  # called where the board restarts

_YOUNG_MS = const(900000)  # it has just restarted
_DELAY_MS = const(500)  # the answer to who asked still goes out


def look(restart):
    """Restart the board of a module Restart when it is time, as soon as nothing runs."""
    here = zone(restart.kernel)
    if not is_set() or not here or restart.kernel.uptime_ms() < _YOUNG_MS:
        return
    now = int(time.time())
    if (now + here.offset(now)) // 60 % 1440 == restart.due:
        restart.wanted = True
    bus = restart.kernel.bus
    if restart.wanted and not bus.get("player/running") and not bus.get("$valves/direct"):
        reset(restart.kernel, "each day")


def begin(restart, kind):
    """Restart the board (hard) or all modules (modcore), end the program (exit), or free the prompt (break), soon."""
    kernel = restart.kernel
    if kind == "hard":
        restart.after(_DELAY_MS, reset, kernel, "command")
    else:
        restart.after(
            _DELAY_MS, {"modcore": kernel.reconfigure, "exit": kernel.stop, "break": _interrupt}[kind]
        )


def _interrupt():
    raise KeyboardInterrupt


def reset(kernel, reason):
    """Stop all modules and reset the board. reason: what `$restart` carries, so that nobody takes it for a crash."""
    import machine

    kernel.log.warning("ends for a restart:", reason)
    kernel.bus.publish("$restart", reason)
    kernel.bus.deliver()
    kernel.end()
    machine.reset()
