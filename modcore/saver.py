"""Saver: saves the configuration after a command, at once, and at most once a minute."""

from .module import Module
from .property import Refused
from .ticks import const

_PAUSE_MS = const(60000)  # whoever changes something all the time wears the flash no more than this


class Saver(Module):
    """Saves the configuration, at most once a minute; what waits is saved when the kernel ends. See `save_soon`."""

    _waiting = False  # something is to be saved
    _timer = None
    _saved_ms = None  # uptime of the last time

    def start(self):
        """Begin to wait, if there is something to save."""
        self._timer = None
        if self._waiting:
            self._plan()

    def stop(self):
        """Save what waits."""
        if self._waiting:
            self._save()

    def ask(self):
        """Save at once, or within a minute of the last time. OSError: it can't be saved."""
        self._waiting = True
        if self._saved_ms is None or self.kernel.uptime_ms() - self._saved_ms >= _PAUSE_MS:
            self._now()
        elif not self._timer and self.state == "RUNNING":
            self._plan()

    def _plan(self):
        self._timer = self.after(max(0, self._saved_ms + _PAUSE_MS - self.kernel.uptime_ms()), self._save)

    def _save(self):
        self._timer = None
        try:
            self._now()
        except OSError as error:
            self.log.error("the configuration is not saved:", error)

    def _now(self):
        self._waiting = False
        self._saved_ms = self.kernel.uptime_ms()
        self.kernel.save()


def save_soon(kernel, topic):
    """Save the configuration at once, or, when that was done within the last minute, at the end of that minute.

    For what can be switched from outside, however often. topic: of the command, to be named. Refused: it can't be
    saved, and holds until the restart.

        save_soon(self.kernel, property.topic)
    """
    saver = kernel.modules.get("saver") or kernel.add(Saver())
    try:
        saver.ask()
    except OSError as error:
        saver.log.error("the configuration is not saved:", error)
        raise not_saved(topic, error)


def not_saved(topic, error):
    """The Refused for a command that was carried out, but can't be saved because of `error`."""
    return Refused("%s: holds until the restart, but is not saved: %s" % (topic, error))
