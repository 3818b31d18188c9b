"""select, whose polls also let the board's interrupts in, as the event loop of firmware does."""

import _board
from uselect import *
from uselect import poll as _poll
from utime import ticks_add, ticks_diff, ticks_ms


class poll:
    """The built-in poll, with the wire to the board among its streams; nobody sees that one."""

    def __init__(self):
        self._poll = _poll()
        self._poll.register(_board.wire, POLLIN)
        self._ready = None
        self._rest = None
        self.register = self._poll.register
        self.unregister = self._poll.unregister
        self.modify = self._poll.modify

    def ipoll(self, timeout=-1, flags=0):
        """Wait up to `timeout` ms; an iterator over (stream, events), which allocates nothing."""
        left = -1 if timeout is None else timeout
        end = ticks_add(ticks_ms(), left) if left > 0 else 0
        while True:
            rest = self._rest = self._poll.ipoll(left, flags)
            for ready in rest:
                if ready[0] is not _board.wire:
                    self._ready = ready
                    return self
            if flags & 1:
                self._poll.modify(_board.wire, POLLIN)
            _board.deliver()
            if left > 0:
                left = ticks_diff(end, ticks_ms())
            if left <= 0 <= timeout:
                return self

    def poll(self, timeout=-1, flags=0):
        """Wait up to `timeout` ms; a list of (stream, events)."""
        return [(ready[0], ready[1]) for ready in self.ipoll(timeout, flags)]

    def __iter__(self):
        return self

    def __next__(self):
        ready = self._ready
        if ready:
            self._ready = None
            return ready
        while True:
            ready = next(self._rest)
            if ready[0] is not _board.wire:
                return ready
            _board.deliver()
