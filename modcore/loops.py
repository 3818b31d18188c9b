"""Work of modules at every turn of the kernel: `loop()`, `fiber()`, and hooks around all of them."""

from . import ticks
from .ticks import const

_LOOP_MS = const(10)  # from one call of a loop() that names no time to the next
_LONGEST_MS = const(60000)
_FAR_MS = const(1 << 28)  # a tick tells apart 6.2 days at most: what is due later is looked at again

# The places of a turn:
_MODULE = const(0)
_LOOP = const(1)  # a function, or None
_FIBER = const(2)  # a generator, or None
_DUE = const(3)  # the tick at which the fiber goes on
_LEFT = const(4)  # ms that it waits after that


def engage(kernel, module):
    """Let `module` have its turns while it runs."""
    if not kernel._loops:
        kernel._loops = Loops(kernel)
    loops = kernel._loops
    for state, before, after in module._hooks:
        if state == "LOOP":
            loops.before.append((module, before))
            loops.after.append((module, after))
    if hasattr(type(module), "loop"):
        loops.turns.append([module, module.loop, None, 0, 0])
    if hasattr(type(module), "fiber"):
        fiber = module.fiber()
        if not hasattr(fiber, "__next__"):
            raise TypeError("%s: fiber() takes a generator: there is no yield in it" % module.id)
        loops.turns.append([module, None, fiber, kernel._tick, 0])


class Loops:
    """The turns of a kernel's modules, each called once a step."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.turns = []
        self.before = []  # (module, function or None) of hooks
        self.after = []

    def turn(self, now):
        """Call what is due at the tick `now`; returns the ms until something is due again."""
        next_ms = _LONGEST_MS
        self._call(self.before)
        for turn in self.turns:
            module = turn[_MODULE]
            if module.state != "RUNNING":  # the turn of another has stopped it
                continue
            begin = ticks.ticks_ms()
            try:
                if turn[_LOOP]:
                    ms = turn[_LOOP]()
                    if ms is None:
                        ms = _LOOP_MS
                else:
                    ms = self._resume(turn, now)
                if ms < next_ms:
                    next_ms = int(ms)  # MicroPython's poll takes nothing else
            except BaseException as error:
                self.kernel.fault(module, error)
            self.kernel._time(module, begin)
        self._call(self.after)
        return next_ms

    def drop(self, module):
        """End the turns of `module`."""
        gone = [turn for turn in self.turns if turn[_MODULE] is module]
        # New lists, never changed ones: a turn may be walking along the old ones.
        self.turns = [turn for turn in self.turns if turn[_MODULE] is not module]
        self.before = [hook for hook in self.before if hook[0] is not module]
        self.after = [hook for hook in self.after if hook[0] is not module]
        for turn in gone:
            if hasattr(turn[_FIBER], "close"):
                try:
                    turn[_FIBER].close()
                except ValueError:
                    pass  # it is the fiber that runs right now; it is not resumed
                except BaseException as error:
                    from .supervision import report

                    report(self.kernel, module, error)

    def _resume(self, turn, now):
        ms = ticks.ticks_diff(turn[_DUE], now)
        if ms > 0:
            return ms
        wait_ms = turn[_LEFT]
        if not wait_ms:
            try:
                wait_ms = max(0, int(next(turn[_FIBER]) or 0))
            except StopIteration:  # it has come to its end
                self.turns = [other for other in self.turns if other is not turn]
                return _LONGEST_MS
        ms = min(wait_ms, _FAR_MS)
        turn[_DUE] = ticks.ticks_add(now, ms)
        turn[_LEFT] = wait_ms - ms
        return ms

    def _call(self, hooks):
        for module, function in hooks:
            if function and module.state == "RUNNING":
                try:
                    function(module)
                except BaseException as error:
                    self.kernel.fault(module, error)
