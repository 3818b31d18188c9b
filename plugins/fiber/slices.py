"""The time of fibers: how those that are ready share a turn, and how long each has run."""

from .ticks import ticks_add, ticks_diff, ticks_ms


def share(loop, now):
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


def measure(loop):
    """Add up in `fiber.cpu_us` how long each fiber runs, from now on.

    loop.measure()
    """
    try:
        from time import ticks_diff, ticks_us
    except ImportError:  # CPython
        from time import perf_counter_ns

        loop.clock = lambda: perf_counter_ns() // 1000, lambda end, start: end - start
    else:
        loop.clock = ticks_us, ticks_diff
