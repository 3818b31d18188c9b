"""select, whose polls skip the time in which nothing happens."""

import _board
from _clock import idle, ticks_add, ticks_diff, ticks_ms
from uselect import *
from uselect import poll as _poll


class poll:
    """The built-in poll, with the wire to the board among its streams; nobody sees that one.

    An interrupt ends it early, so that what it changed is seen before more time is skipped.
    """

    def __init__(self):
        self._poll = _poll()
        self._poll.register(_board.wire, POLLIN)
        self._ready = None
        self._rest = ()
        self.register = self._poll.register
        self.unregister = self._poll.unregister
        self.modify = self._poll.modify

    def ipoll(self, timeout=-1, flags=0):
        """Wait up to `timeout` ms; an iterator over (stream, events)."""
        timeout = -1 if timeout is None else timeout
        end = ticks_add(ticks_ms(), timeout) if timeout > 0 else 0
        left = timeout
        over = False
        while True:
            self._rest = self._poll.ipoll(0, flags)
            for ready in self._rest:
                if ready[0] is not _board.wire:
                    self._ready = ready
                    return self
            if flags & 1:
                self._poll.modify(_board.wire, POLLIN)
            _board.deliver()
            if over or left == 0 or left < 0 <= timeout:
                return self
            over = idle(self._poll, left)
            if timeout > 0:
                left = ticks_diff(end, ticks_ms())

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
