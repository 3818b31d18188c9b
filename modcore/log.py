"""Log: a line on the console, and an event for whoever listens."""

import time

from .ticks import const

LEVELS = ("debug", "info", "warning", "error", "critical")
_EARLY = const(16)  # lines
_YEAR_2024_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400


class Log:
    """The log of a module or of the kernel (`owner`).

    self.log.info("network", connected)     # prints like `print`
    """

    def __init__(self, owner):
        self._owner = owner
        self._id = owner.id

    def debug(self, *words):
        """Log what helps to find a fault; not shown unless asked for."""
        self._write(0, words)

    def info(self, *words):
        """Log what happens in normal operation."""
        self._write(1, words)

    def warning(self, *words):
        """Log what is not as it should be, while the module goes on."""
        self._write(2, words)

    def error(self, *words):
        """Log what failed."""
        self._write(3, words)

    def critical(self, *words):
        """Log what failed for good."""
        self._write(4, words)

    def exception(self, error, *words):
        """Log `words` and the traceback of `error`, as an error."""
        from .traceback import traceback

        self._write(3, words + (traceback(error),))

    def enabled(self, level):
        """Tell whether a message of `level`, such as "debug", is shown. ValueError: no such level."""
        from .levels import number

        return self._shown(number(level))

    def _kernel(self):
        return self._owner if self._id == "kernel" else self._owner.kernel

    def _shown(self, number):
        kernel = self._kernel()
        levels = kernel.log_levels or _read_levels(kernel)
        return number >= levels.get(self._id, levels[""])

    def _write(self, number, words):
        kernel = self._kernel()
        if not self._shown(number):
            return
        level = LEVELS[number]
        text = " ".join([str(word) for word in words])
        raw = text.encode()
        if raw and (min(raw) < 32 or 127 in raw or 0xC2 in raw):
            from .levels import harmless

            text = harmless(raw)
        print(_stamp(kernel), level.upper(), self._id + ":", text)
        before = kernel.logging
        if before is not True:  # a listener that logs does not hear itself
            if before is not False and len(before) < _EARLY:  # at boot: lines for a module that keeps them
                before.append((level, self._id, text))
            kernel.logging = True
            try:
                kernel.bus.publish("$log/%s/%s" % (level, self._id), text)
            except Exception:
                pass  # no room: the line stands on the console, and the bus has counted it
            kernel.logging = before


def _stamp(kernel):
    now = time.time()
    if now < _YEAR_2024_S:  # the clock is not set yet
        return "%10.3f" % (kernel.uptime_ms() / 1000)
    return "%04d-%02d-%02d %02d:%02d:%02d" % tuple(time.localtime(now)[:6])


def _read_levels(kernel):
    from .levels import read_levels

    return read_levels(kernel)
