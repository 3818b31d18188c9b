"""Kept values: what a property was before a restart, in a file that is written seldom and never half.

The file `kept.json` lies beside config.json: {topic: value}. A change is written after SOON_S, but at most once in
PAUSE_S, and when the kernel ends: flash bears some 10,000 writes a place, which a device may do for years.
"""

from .property import Refused
from .timer import Timer, timers_of

SOON_S = 2
PAUSE_S = 300


def kept_of(kernel):
    """Return the Kept of `kernel`."""
    if not kernel._kept:
        kernel._kept = Kept(kernel)
    return kernel._kept


class Kept:
    """The kept values of a kernel's properties."""

    def __init__(self, kernel):
        from .json_files import load

        self._kernel = kernel
        self._path = kernel.path[: kernel.path.rfind("/") + 1] + "kept.json"
        self._values = load(self._path)
        self._timer = None  # of the next writing
        self._written_ms = None  # uptime of the last one

    def restore(self, property, value):
        """Return the kept value of `property` if it still takes it, else `value`, and whether it is the kept one."""
        if property.topic in self._values:
            from .kinds import check

            try:
                return check(property, self._values[property.topic]), True
            except Refused as error:  # it is declared in another way now
                property.module.log.warning("kept value:", error)
        self._values[property.topic] = (
            value  # what the code says need not be written: the next change is not to wait
        )
        return value, False

    def note(self, property):
        """Write the value of `property` before long."""
        if self._values.get(property.topic, self) == property.value:
            return
        self._values[property.topic] = property.value
        if not self._timer:
            wait_ms = SOON_S * 1000
            if self._written_ms is not None:
                left_ms = self._written_ms + PAUSE_S * 1000 - self._kernel.uptime_ms()
                wait_ms = max(wait_ms, left_ms)
            self._timer = Timer(timers_of(self._kernel), None, wait_ms, None, self.write)

    def write(self):
        """Write what has changed, if anything has."""
        if self._timer:
            try:
                from .json_files import save

                save(self._path, self._values)
            except OSError as error:
                self._kernel.log.error("kept values:", error)
            self._timer.cancel()  # only now: what found no memory is tried again
            self._timer = None
            self._written_ms = self._kernel.uptime_ms()
