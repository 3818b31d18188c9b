"""Timers: a handler called later, once or at an interval. Loaded with the first one."""

from . import ticks
from .ticks import const

# A command that takes away the way of its own answer (a network, a server, the board) acts after so long:
# `self.after(ANSWER_MS, self._restart)`.
ANSWER_MS = 500
_FAR_MS = const(1 << 28)  # a tick tells apart 6.2 days at most: what is due later is looked at again
_LONGEST_MS = const(60000)
_AGAIN_MS = const(1000)


def add(module, ms, period, handler, args):
    """Return a new Timer that calls `handler(*args)` in `ms`, and every `period` ms after that unless it is None."""
    kernel = module.kernel
    if kernel.bus.thread is not None:
        kernel.check_thread()
    if not callable(handler):
        raise TypeError("%s: timer: %r: takes a function" % (module.id, handler))
    return Timer(timers_of(kernel), module, ms, period, handler, args)


def timers_of(kernel):
    """Return the Timers of `kernel`."""
    if not kernel._timers:
        kernel._timers = Timers(kernel)
        kernel.timers = kernel._timers.queue
    return kernel._timers


class Timer:
    """A timer, made by `after` and `every`: calls `handler(*args)` once, or with `period` at that interval.

    timers: those of the kernel. ms, period: milliseconds, as many as one likes. ValueError: less than 1 ms,
    or less than 0 for the first time, or not a number.
    """

    def __init__(self, timers, owner, ms, period, handler, args=()):
        if not isinstance(ms, (int, float)) or ms < (1 if period is not None else 0):
            raise ValueError("a timer takes 1 ms or more, not %r" % ms)
        self.timers = timers
        self.owner = owner
        self.period = period and int(period)
        self.handler = handler
        self.args = args
        self.due = ticks.ticks_ms()
        self.left = 0  # ms to wait after `due`
        self.put(int(ms))

    def put(self, ms):
        """Queue it for `ms` milliseconds after the tick `due`. Once in the queue it moves there without memory."""
        queue = self.timers.queue
        if self not in queue:
            queue.append(self)
        i = queue.index(self)
        self.left = max(0, ms - _FAR_MS)
        self.due = due = ticks.ticks_add(self.due, ms - self.left)
        while i and ticks.ticks_diff(queue[i - 1].due, due) <= 0:
            queue[i] = queue[i - 1]
            i -= 1
        queue[i] = self

    def cancel(self):
        """The handler will not be called any more."""
        self.handler = None
        if self in self.timers.queue:
            self.timers.queue.remove(self)


class Timers:
    """The timers of a kernel."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.queue = []  # the next one last

    def turn(self, now):
        """Call what is due at the tick `now`; returns the ms until the next one is."""
        queue = self.queue
        for _ in range(len(queue)):
            if not queue:
                break
            timer = queue[-1]
            late = ticks.ticks_diff(now, timer.due)
            if late < 0:
                return min(-late, _LONGEST_MS)
            if timer.left:
                timer.put(timer.left)
                continue
            if timer.period:  # turns that were missed are passed over, and the beat is kept
                timer.put(timer.period * (1 + late // timer.period))
            elif timer.owner:
                queue.pop()
            begin = ticks.ticks_ms()
            again = False
            try:
                timer.handler(*timer.args)
            except BaseException as error:
                # The kernel's own, such as the restart of a module, is not lost to a moment without memory.
                again = timer.owner is None and isinstance(error, MemoryError)
                if not again:
                    self.kernel.fault(timer.owner, error)
            if again:
                timer.put(late + _AGAIN_MS)
                self.kernel.relieve()
            elif timer.owner is None:
                timer.cancel()
            self.kernel._time(timer.owner, begin)
        return 0 if queue else _LONGEST_MS

    def drop(self, owner):
        """Cancel the timers of `owner`."""
        for timer in list(self.queue):
            if timer.owner is owner:
                timer.cancel()
