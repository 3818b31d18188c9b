"""What is asked of a Loop now and then: each function is a method of Loop, loaded with the first use."""

from . import ticks_add, ticks_diff, ticks_ms
from .fiber import Fiber, Killed, leave


def run(loop, fiber=None):
    """Block until `fiber` is done, return its result or raise its error; without one until none is left.

    answer = loop.run(loop.spawn(measure()))
    """
    ms = 0
    while loop.fibers if fiber is None else not fiber.done:
        ms = loop.turn(ms)
    if fiber is not None:
        if fiber.error is not None:
            raise fiber.error
        return fiber.result


def spawn(loop, generator, name=None):
    """Start `generator` as a fiber, which runs in the next turn, and return the Fiber.

    result = yield loop.spawn(measure())
    """
    return Fiber(loop, generator, name)


def kill(loop):
    """Kill every fiber; their finally blocks run."""
    for fiber in loop.fibers[:]:
        fiber.kill()


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


def own_poll(loop):
    """Have the loop poll by itself."""
    from .poller import Poller

    loop.poller = Poller()
    loop.poll = loop.poller.wait


def unwatch(loop, sock):
    """End `watch(sock)`; call it before the socket is closed."""
    if loop.poller is not None:
        loop.poller.unwatch(sock)


def within(loop, ms, wanted):
    """Wait for `wanted` for at most `ms`, then raise Timeout; a generator is run so long, and killed then.

    item = yield from loop.within(500, channel.get())
    line = yield from loop.within(500, stream.readline())
    """
    child = None
    if not hasattr(wanted, "park"):
        wanted = child = Fiber(loop, wanted)
    try:
        return (yield _Limited(wanted, ticks_add(ticks_ms(), ms)))
    finally:
        if child is not None:
            child.kill()


class _Limited:
    """Something to wait for, up to a tick."""

    def __init__(self, wanted, end):
        self._wanted = wanted
        self._end = end

    def park(self, fiber):
        self._wanted.park(fiber)
        if fiber.waits is self:
            fiber.loop.limit(fiber, self._end)

    def unpark(self, fiber):
        self._wanted.unpark(fiber)


def slices(loop, now):
    """The turn of a loop with a reaction time: the fibers in `now` share it."""
    end = ticks_add(ticks_ms(), loop.reaction_ms)
    while now:
        left = ticks_diff(end, ticks_ms())
        if left <= 0:
            now.extend(loop.ready)  # those that had no turn are first in the next one
            loop.ready[:] = now
            now.clear()
            return
        until = ticks_add(end, left // len(now) - left)
        fiber = now.pop(0)
        loop.step(fiber)
        ready = loop.ready
        # One that only let others run goes on while its slice lasts.
        while ready and ready[-1] is fiber and fiber.result is None and fiber.error is None:
            if ticks_diff(until, ticks_ms()) <= 0:
                break
            ready.pop()
            loop.step(fiber)


def ended(loop, fiber):
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

    print("fiber %s failed" % fiber.name)
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        import traceback

        traceback.print_exception(type(error), error, error.__traceback__, file=sys.stdout)
