"""The ends of waits: limits of time, killed fibers, and who is told of a fiber's end."""

from .fiber import Fiber, Killed, leave
from .ticks import ticks_add, ticks_ms

_FAR_MS = 1 << 28


def run(loop, fiber=None):
    """Block until `fiber` is done, return its result or raise its error; without one until none is left.

    answer = loop.run(loop.spawn(measure()))
    """
    ms = 0
    while loop.fibers if fiber is None else not fiber.done:
        ms = loop.turn(ms)
    if fiber is None:
        return None
    if fiber.error is not None:
        raise fiber.error
    return fiber.result


def kill(loop):
    """Kill every fiber; their finally blocks run."""
    for fiber in loop.fibers[:]:
        if hasattr(fiber, "kill"):
            fiber.kill()
        else:
            drop(loop, fiber)


def drop(loop, strand):
    """End a strand for good, unless it is the one that runs: its finally blocks run, and may not wait."""
    if strand.done or strand is loop.current:
        return
    leave(strand)
    generator = strand.generator
    strand.done = True
    strand.generator = strand.due = None
    loop.fibers.remove(strand)
    generator.close()


def within(loop, ms, wanted):
    """Wait for `wanted` for at most `ms`, then raise Timeout; a generator is run so long, and killed then.

    item = yield from loop.within(500, channel.get())
    line = yield from loop.within(500, stream.readline())
    """
    child = None
    if not hasattr(wanted, "park"):
        wanted = child = Fiber(loop, wanted)
    try:
        return (yield _Limited(wanted, ms))
    finally:
        if child is not None:
            child.kill()


class _Limited:
    """Something to wait for, for some milliseconds."""

    def __init__(self, wanted, ms):
        self._wanted = wanted
        self._left_ms = max(0, ms)

    def park(self, fiber):
        self._wanted.park(fiber)
        if fiber.waits is self:
            self._limit(fiber)

    def _limit(self, fiber):
        # A tick tells apart 6.2 days at most: a longer wait is taken in pieces.
        ms = min(self._left_ms, _FAR_MS)
        self._left_ms -= ms
        fiber.loop.limit(fiber, ticks_add(ticks_ms(), ms))

    def unpark(self, fiber):
        if self._left_ms and fiber.waits is self:  # a piece is over
            self._limit(fiber)
            return True
        self._wanted.unpark(fiber)


def tell(loop, fiber):
    """Tell those who wait what became of `fiber`; without any an error is reported."""
    joiners = fiber.joiners
    error = fiber.error
    if joiners is not None:
        fiber.joiners = None
        for joiner in joiners:
            fiber.give(joiner)
    elif isinstance(error, Exception):
        (loop.on_error or _print_error)(fiber, error)
    if error is not None and not isinstance(error, (Exception, Killed)):
        raise error  # Ctrl-C and exit are for the whole program


def _print_error(fiber, error):
    import sys

    print("fiber %s failed" % getattr(fiber, "name", None))
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        import traceback

        traceback.print_exception(type(error), error, error.__traceback__, file=sys.stdout)
