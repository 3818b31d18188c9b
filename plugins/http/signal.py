"""Signals, set by somebody, for which a handler can wait as for bytes."""


class Signal:
    """Wakes the one generator that yields it.

    timeout_ms: how long to wait at most. reads: also wake when the client sends something or hangs up.

        got = yield signal          # elsewhere: signal.set()
    """

    is_set = False
    wake = None

    def __init__(self, timeout_ms=None, reads=False):
        self.timeout_ms = timeout_ms
        self.reads = reads

    def set(self):
        """Wake who waits, or let the next wait return at once."""
        self.is_set = True
        if self.wake:
            self.wake()
