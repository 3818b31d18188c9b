"""The end of a run, which a signal handler may ask for at any moment."""

import os
import select


class Ending:
    """An event that is set once, also by a signal handler.

    threading.Event does not do: its lock is not reentrant, and a handler that interrupts `wait`, or another
    handler's `set`, waits for it for good.
    """

    def __init__(self):
        self._set = False
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)

    def set(self):
        """Wake all that wait, now and later."""
        if not self._set:
            self._set = True
            os.write(self._writer, b".")

    def is_set(self):
        """Tell whether it is set."""
        return self._set

    def wait(self, timeout_s):
        """Wait until it is set, at most `timeout_s` seconds; returns whether it is."""
        if not self._set:
            select.select([self._reader], [], [], timeout_s)
        return self._set
