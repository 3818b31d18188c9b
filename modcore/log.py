"""Log: a line on the console, and an event for whoever listens."""

import time

from .bus import load

_LEVELS = ("debug", "info", "warning", "error", "critical")
_EARLY = 16  # lines
_YEAR_2024_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400


class Log:
    """The log of one module; `self.log.info("network", connected)` prints like `print`."""

    def __init__(self, owner):
        self._kernel = getattr(owner, "kernel", owner)
        self._id = getattr(owner, "id", "kernel")

    def debug(self, *words):
        """What helps to find a fault; not shown unless asked for."""
        self._write(0, words)

    def info(self, *words):
        """What happens in normal operation."""
        self._write(1, words)

    def warning(self, *words):
        """What is not as it should be, while the module goes on."""
        self._write(2, words)

    def error(self, *words):
        """What failed."""
        self._write(3, words)

    def critical(self, *words):
        """What failed for good."""
        self._write(4, words)

    def exception(self, error, *words):
        """`words` and the traceback of `error`, as an error."""
        self._write(3, words + (load("supervision").traceback(error),))

    def enabled(self, level):
        """Whether a message of `level`, such as "debug", is shown. ValueError: no such level."""
        levels = getattr(self._kernel, "log_levels", None) or load("levels").read(self._kernel)
        return load("levels").number(level) >= levels.get(self._id, levels[""])

    def _write(self, number, words):
        kernel = self._kernel
        levels = getattr(kernel, "log_levels", None) or load("levels").read(kernel)
        if number < levels.get(self._id, levels[""]):
            return
        level = _LEVELS[number]
        text = " ".join([str(word) for word in words])
        print(self._stamp(), level.upper(), self._id + ":", text)
        before = getattr(kernel, "logging", False)
        if before is not True:  # a listener that logs does not hear itself
            if before is not False and len(before) < _EARLY:  # at boot: lines for a module that keeps them
                before.append((level, self._id, text))
            kernel.logging = True
            try:
                kernel.bus.publish("$log/%s/%s" % (level, self._id), text)
            except Exception:
                pass  # no room: the line stands on the console, and the bus has counted it
            kernel.logging = before

    def _stamp(self):
        now = time.time()
        if now < _YEAR_2024_S:
            return "%10.3f" % (self._kernel.uptime_ms() / 1000)
        return "%04d-%02d-%02d %02d:%02d:%02d" % tuple(time.localtime(now)[:6])
