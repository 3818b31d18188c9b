"""Generators as fibers: a loop that runs them in turn, at their time, or when what they wait for happens."""

try:
    from time import sleep_ms, ticks_add, ticks_diff, ticks_ms

    from micropython import const

    MICROPYTHON = True  # little memory: what is rarely needed is loaded when it is needed
except ImportError:  # CPython
    from .ticks import const, sleep_ms, ticks_add, ticks_diff, ticks_ms

    MICROPYTHON = False

__version__ = "1.1.0"

TYPE_CHECKING = const(0)  # for editors and type checkers
if TYPE_CHECKING:
    from .channel import Channel as Channel
    from .channel import Closed as Closed
    from .event import Event as Event
    from .event import Flag as Flag
    from .fiber import Fiber as Fiber
    from .fiber import Killed as Killed
    from .fiber import Timeout as Timeout
    from .gate import Gate as Gate
    from .module import FiberModule as FiberModule
    from .sockets import SocketStream as SocketStream
    from .sockets import connect as connect
    from .stream import Stream as Stream
    from .stream import pipe as pipe


class Strand:
    """The least of a fiber: a generator in a loop, what it waits for, and what became of it.

    Without a generator it runs what `serve(*more)` of the subclass gives. Its first turn comes when it is put
    into `loop.ready`, or given to `loop.step`.
    """

    # Set when they are needed; here they cost nothing per fiber.
    done = False
    result = None  # while it lives: what its yield shall return,
    error = None  # or raise
    waits = None  # what it is parked at; the loop while it runs
    due = None  # the tick when its sleep ends, or its wait
    joiners = None  # fibers that wait for this one
    cpu_us = 0  # microseconds that it has run, where its loop measures that
    timeout = OSError  # what is raised, with ETIMEDOUT, when what it waits for does not come in time

    def __init__(self, loop, generator, *more):
        self.loop = loop
        self.generator = generator or self.serve(*more)
        loop.fibers.append(self)


class Loop:
    """Runs fibers beside each other; drive it with `run()`, or turn by turn in a loop of your own.

    poller: what has `watch(sock, flags, handler, owner)` and `unwatch(sock)`; without one the loop polls by
    itself as soon as a fiber waits for a socket. owner: handed on to the poller.
    reaction_ms: what a turn may take. It is shared out among the fibers that are ready: a bare `yield` within
    the slice goes on at once. 0: each runs up to its next `yield`.
    on_error: called as `on_error(fiber, error)` when a fiber fails and no other waits for it; without it the
    traceback is printed.

        loop = Loop()
        loop.spawn(blink())
        loop.run()
    """

    current = None  # the fiber that runs just now
    poll = None  # wait(ms) of the poller, where it is the loop's own
    clock = None  # ticks_us and ticks_diff, where it measures the time of fibers
    next = None  # no fiber has anything to do with time before this tick

    def __init__(self, poller=None, reaction_ms=0, on_error=None, owner=None):
        self.poller = poller
        self.owner = owner
        self.reaction_ms = reaction_ms
        self.on_error = on_error
        self.fibers = []  # all that are not done
        self.ready = []  # those that run in the next turn,
        self.now = []  # and those that still run in this one

    if TYPE_CHECKING:  # a board loads them when they are called: see names.py
        from .slices import measure
        from .waiting import drop, kill, run, within
    else:

        def __getattr__(self, name):
            from .names import method

            return method(self, name)

    def spawn(self, generator, name=None):
        """Start `generator` as a fiber, which runs in the next turn, and return the Fiber.

        result = yield loop.spawn(measure())
        """
        from .fiber import Fiber

        return Fiber(self, generator, name)

    def turn(self, wait_ms=0):
        """Let each fiber that is ready run once; return the ms until something is due, 0 when it is.

        wait_ms: how long to sleep in the poll until then; 0 in a loop that has other things to do.

            while True:
                blink()
                loop.turn(10)
        """
        if self.ready:
            wait_ms = 0
        if self.poll:
            self.poll(wait_ms)
        elif wait_ms:
            sleep_ms(wait_ms)
        if self.next is not None and ticks_diff(self.next, ticks_ms()) <= 0:
            self.expire(ticks_ms())
        now = self.ready
        if now:
            self.ready = self.now
            self.now = now
            if self.reaction_ms:
                from .slices import share

                share(self, now)
            else:
                while now:
                    self.step(now.pop(0))
            if self.ready:
                return 0
        if self.next is None:
            return 60000  # sockets and events wake the loop all the same
        return max(0, ticks_diff(self.next, ticks_ms()))

    def watch(self, sock, flags, handler):
        """Call `handler(sock, events)` from the poll while `sock` is ready; flags as in `select`."""
        if self.poller is None:
            from .poller import Poller

            self.poller = Poller()
            self.poll = self.poller.wait
        self.poller.watch(sock, flags, handler, self.owner)

    def unwatch(self, sock):
        """End `watch(sock)`; call it before the socket is closed."""
        if self.poller is not None:
            self.poller.unwatch(sock)

    def wake(self, fiber, value=None, error=None):
        """Make a waiting fiber ready: its `yield` returns `value` or raises `error`."""
        fiber.waits = fiber.due = None
        fiber.result = value
        fiber.error = error
        self.ready.append(fiber)

    def step(self, fiber):
        """Run `fiber` up to its next wait."""
        self.current = fiber
        fiber.waits = self
        begun = self.clock and self.clock[0]()
        value = fiber.result
        error = fiber.error
        fiber.result = fiber.error = None
        try:
            if error is None:
                wanted = fiber.generator.send(value)
            else:
                wanted = fiber.generator.throw(error)
        except BaseException as failure:
            self.current = None
            if begun is not None:
                fiber.cpu_us += self.clock[1](self.clock[0](), begun)
            self.end(fiber, failure)
        else:
            if begun is not None:
                fiber.cpu_us += self.clock[1](self.clock[0](), begun)
            self.current = fiber.waits = None
            self.park(fiber, wanted)

    def park(self, fiber, wanted):
        """Let `fiber` wait for what it has yielded."""
        if wanted is None or fiber.error:  # killed while it ran
            self.ready.append(fiber)
        elif isinstance(wanted, int):
            # A tick tells apart 6.2 days at most: a longer sleep is taken in pieces of 3 days.
            if wanted > 1 << 28:
                fiber.result = wanted - (1 << 28)  # a sleeper has no other use for it
                wanted = 1 << 28
            self.limit(fiber, ticks_add(ticks_ms(), max(0, wanted)))
        else:
            fiber.waits = wanted
            try:
                wanted.park(fiber)
            except Exception as error:  # nothing that can be waited for: the fiber's own mistake
                self.wake(fiber, None, error)

    def limit(self, fiber, tick):
        """End the wait or sleep of `fiber` at `tick`."""
        fiber.due = tick
        if self.next is None or ticks_diff(tick, self.next) < 0:
            self.next = tick

    def expire(self, now):
        """Wake those whose time has come."""
        # One pass over all fibers when a time has come: beats a heap for some dozens, and allocates nothing.
        self.next = None
        for fiber in self.fibers:
            due = fiber.due
            if due is None:
                continue
            if ticks_diff(due, now) > 0:
                self.limit(fiber, due)
            elif fiber.waits is not None:
                if fiber.waits is fiber or not fiber.waits.unpark(fiber):  # True: it waits on
                    self.wake(fiber, None, fiber.timeout(110))
            elif fiber.result:
                self.park(fiber, fiber.result)
            else:
                self.wake(fiber)

    def end(self, fiber, error):
        """Keep what became of `fiber`."""
        fiber.done = True
        fiber.generator = fiber.waits = None
        self.fibers.remove(fiber)
        if isinstance(error, StopIteration):
            fiber.result = error.value
            error = None
        fiber.error = error
        if fiber.joiners or error:
            from .waiting import tell

            tell(self, fiber)


def __getattr__(name):  # where each is stands in names.py
    from .names import find

    found = globals()[name] = find(name)
    return found


if not MICROPYTHON:
    from .ticks import loop_methods

    loop_methods(Loop)
