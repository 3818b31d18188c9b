"""One fiber, as the application sees it."""

from . import Strand
from .ticks import ticks_diff, ticks_ms


class Killed(BaseException):
    """Raised inside a fiber by `kill()`, at the `yield` where it waits; it ends the fiber."""


class Timeout(OSError):
    """Something that a fiber waited for did not come in time."""


class Fiber(Strand):
    """A generator that a Loop runs; made by `loop.spawn()`.

    In the generator: `yield` lets the others run, `yield 50` sleeps 50 ms, and `value = yield x` waits for x,
    another fiber (its result, or its error raised), `channel.get()`, an Event and so on.

    done: whether it has ended; result, error: what it returned or raised, kept after its end.
    """

    timeout = Timeout

    def __init__(self, loop, generator, name=None):
        Strand.__init__(self, loop, generator)
        self.name = name
        self._begun = ticks_ms()
        self._ran_ms = None
        loop.ready.append(self)

    @property
    def run_ms(self):
        """Milliseconds from its start to now, or to its end."""
        if self._ran_ms is not None:
            return self._ran_ms
        ms = ticks_diff(ticks_ms(), self._begun)
        if self.done:
            self._ran_ms = ms
        return ms

    def suspend(self):
        """Hold the fiber from its next `yield` on until `resume()`; what it waits for is kept for it."""
        if not self.done and not isinstance(self.generator, _Held):
            self.generator = _Held(self)

    def resume(self):
        """Let a suspended fiber go on."""
        held = self.generator
        if isinstance(held, _Held):
            self.generator = held.generator
            if self.waits is held:
                self.loop.wake(self, held.value, held.error)

    def kill(self):
        """End the fiber: raises Killed where it waits, so that its finally blocks run, at once.

        A finally block that waits itself is finished in later turns; a second kill cuts that short.
        """
        if self.done:
            return
        loop = self.loop
        if loop.current is self:
            raise Killed()
        if self.waits is loop:  # it runs, and kills the fiber that kills it
            self.error = Killed()
            return
        leave(self)
        if isinstance(self.generator, _Held):
            self.generator = self.generator.generator
        self.due = self.result = None
        self.error = Killed()
        outer = loop.current
        loop.step(self)
        loop.current = outer

    # being waited for by another fiber

    def park(self, fiber):
        """Let `fiber` wait for this one's end."""
        if self.done:
            self.give(fiber)
        else:
            if self.joiners is None:
                self.joiners = []
            self.joiners.append(fiber)

    def unpark(self, fiber):
        """`fiber` waits no longer."""
        if self.joiners is not None:
            self.joiners.remove(fiber)

    def give(self, fiber):
        """Wake `fiber` with what became of this one."""
        error = self.error
        if error is not None and not isinstance(error, Exception):
            error = RuntimeError("fiber %s was killed" % self.name)
        fiber.loop.wake(fiber, self.result, error)


class _Held:
    """Stands in for the generator of a suspended fiber: keeps what comes for it."""

    def __init__(self, fiber):
        self.generator = fiber.generator
        self.value = self.error = None

    def send(self, value):
        self.value = value
        return self

    def throw(self, error):
        self.error = error
        return self

    def park(self, fiber):
        if fiber.generator is not self:  # resumed in between
            fiber.loop.wake(fiber, self.value, self.error)

    def unpark(self, fiber):
        pass


def leave(strand):
    """Take a strand out of wherever it waits for its turn."""
    loop = strand.loop
    waits = strand.waits
    strand.waits = None
    if waits is not None and waits is not strand:
        waits.unpark(strand)
    for queue in (loop.ready, loop.now):
        if strand in queue:
            queue.remove(strand)
