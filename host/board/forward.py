"""Winding a board's clock forward: time in which its program would sleep is skipped, as far as somebody asks."""

import threading

from .world import Later

_CALL, _GO_ON = 67, 4
_WAIT_MS = 1
_TURNS = 5  # of the loop, after which a relay has seen what the program sent


class Forward:
    """Gives the program time to skip. engine: the board's, whose `skipped` (ms) this moves on.

    settle_s: how long no packet passes before more time is skipped: what peers may take to answer.
    """

    settle_s = 0.01

    def __init__(self, engine):
        self._engine = engine
        self._budget = 0
        self._done = threading.Event()
        self._done.set()

    def begin(self, ms):
        """Let the program skip `ms` from now on; returns an event that is set when they are over."""
        self._budget += ms
        self._done.clear()
        self._engine.send_frame(_CALL, _GO_ON, 0)
        self.look()
        return self._done

    def _skip(self, ms):
        engine = self._engine
        engine.skipped += ms
        self._budget -= ms
        engine.world.tick()
        engine.plan()
        if self._budget <= 0:
            self._done.set()

    def _step(self, ms):
        due = self._engine.world.next_due()
        if due is not None:
            left = max(1, int(due - self._engine.now() + 0.999))
            ms = left if ms < 0 else min(ms, left)
        return int(self._budget if ms < 0 else min(ms, self._budget))

    def look(self):
        """Skip time that passes while there is no program, or while it waits for a sleep to end."""
        engine = self._engine
        while self._budget > 0 and not engine.starting:
            if engine.process and engine.world.power.asleep != "light":
                return
            self._skip(max(1, self._step(-1)))

    # asked by the interpreter

    def on_skipped(self):
        """Return how far the board's clock is ahead."""
        return int(self._engine.skipped)

    def on_idle(self, ms):
        """The program would sleep for `ms`: return how many it shall skip; 0: sleep; negative: wait so long."""
        if self._budget <= 0:
            return 0
        if not self._engine.radio.connections:
            return self._grant(ms)
        later = Later()
        self._turn(later, ms, _TURNS)
        return later

    def _turn(self, later, ms, turns):
        if turns:
            self._engine.loop.call_soon(self._turn, later, ms, turns - 1)
        else:
            later.done(self._grant(ms))

    def _grant(self, ms):
        if self._engine.loop.time() - self._engine.radio.last_packet < self.settle_s:
            return -_WAIT_MS
        step = self._step(ms)
        if step:
            self._skip(step)
        return step
