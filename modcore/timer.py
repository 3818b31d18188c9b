"""Timer: calls a handler later, once or at an interval. Loaded with the first one."""

from .kernel import ticks_add, ticks_diff, ticks_ms


class Timer:
    """What `after` and `every` return: calls `handler(*args)` once, or with `period` at that interval.

    queue: the kernel's timers, the next one last. ms, period: milliseconds.
    """

    def __init__(self, queue, owner, ms, period, handler, args=()):
        if ms < (1 if period is not None else 0):
            raise ValueError("a timer takes 1 ms or more, not %s" % ms)
        self.queue = queue
        self.owner = owner
        self.period = period and int(period)
        self.handler = handler
        self.args = args
        self.due = ticks_ms()
        self.put(int(ms))

    def put(self, ms):
        """Queue it for `ms` milliseconds behind the tick `due`."""
        # A tick tells apart 6.2 days at most: what is due later is looked at again after 3 days.
        self.left = max(0, ms - (1 << 28))
        self.due = due = ticks_add(self.due, ms - self.left)
        queue = self.queue
        i = len(queue)
        while i and ticks_diff(queue[i - 1].due, due) <= 0:
            i -= 1
        queue.insert(i, self)

    def cancel(self):
        """The handler will not be called any more."""
        self.handler = None
        if self in self.queue:
            self.queue.remove(self)
