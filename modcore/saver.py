"""Saver: saves the configuration after a command, at once, and at most once a minute."""

from .module import Module
from .property import Refused
from .ticks import const

_AT_ONCE = const(4)  # passwords and networks beyond the first that are saved without a pause
_PAUSE_MS = const(60000)  # whoever changes something all the time wears the flash no more than this


class Saver(Module):
    """Saves the configuration, at most once a minute; what waits is saved when the kernel ends. See `save_soon`."""

    _waiting = False  # the configuration is to be saved
    _secrets = False  # so are the secrets
    _left = _AT_ONCE
    _timer = None
    _saved_ms = None  # uptime of the last time

    def start(self):
        """Begin to wait, if there is something to save."""
        self._timer = None
        if self._waiting or self._secrets:
            self._plan()

    def stop(self):
        """Save what waits."""
        if self._waiting or self._secrets:
            self._save()

    def ask(self, config=True, secrets=False):
        """Save one or both at once, or within a minute of the last time; a few secrets go without that pause.

        OSError: it can't be saved.
        """
        self._waiting = self._waiting or config
        self._secrets = self._secrets or secrets
        due = self._saved_ms is None or self.kernel.uptime_ms() - self._saved_ms >= _PAUSE_MS
        if due:
            self._left = _AT_ONCE
        elif secrets and self._left:
            self._left -= 1
            due = True
        if due:
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
        config, secrets = self._waiting, self._secrets
        self._waiting = self._secrets = False
        self._saved_ms = self.kernel.uptime_ms()
        if secrets:  # first: a password without a network does no harm
            from .secrets import save_secrets

            save_secrets(self.kernel)
        if config:
            self.kernel.save()


def saver_of(kernel):
    """Return the Saver of `kernel`."""
    return kernel.modules.get("saver") or kernel.add(Saver())


def save_soon(kernel, topic):
    """Save the configuration at once, or, when that was done within the last minute, at the end of that minute.

    For what can be switched from outside, however often. topic: of the command, to be named. Refused: it can't be
    saved, and holds until the restart.

        save_soon(self.kernel, property.topic)
    """
    saver = saver_of(kernel)
    try:
        saver.ask()
    except OSError as error:
        saver.log.error("the configuration is not saved:", error)
        raise not_saved(topic, error)


def not_saved(topic, error):
    """The Refused for a command that was carried out, but can't be saved because of `error`."""
    return Refused("%s: holds until the restart, but is not saved: %s" % (topic, error))
