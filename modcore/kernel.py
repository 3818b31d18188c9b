"""The kernel: keeps the modules, turns the wheel, and leaves the rest to the bus."""

import gc
from collections import OrderedDict

from . import lazy, ticks
from .bus import Bus
from .lazy import look_up
from .ticks import MICROPYTHON, const

TYPE_CHECKING = const(0)  # for editors and type checkers
if TYPE_CHECKING:
    from .log import Log

_LATE_MS = const(500)  # who holds up all others for so long is named
_TURN = const(10240)  # bytes that the code for one turn may take
_LOOK_S = const(4)  # seconds from one look at the free memory to the next


class Kernel:
    """One device: its modules, their bus, its `log` and the loop that runs them.

    config: a dict like config.json: `name`, a section per module id, and of the kernel's own
    `queue` (events that may wait on the bus) and `log` (`{"level": "info", "levels": {"mqtt": "debug"}}`).
    secrets: sections to merge over that; never saved, logged or published.

        kernel = Kernel({"name": "demo"})
        kernel.add(Hello())
        kernel.run()
    """

    id = "kernel"  # as the log names it
    running = False  # run() or serve() is at work
    log_levels = None  # {module id: number}, read with the first line of the log
    logging = False  # a line is on its way to the listeners; at boot a list of those before there are any
    path = "config.json"  # where `save` writes
    secrets_broken = False  # a secrets.json that was there before is missing or can't be read
    timers = ()  # those that wait, the next one last
    _timers = None  # what turns them; made with the first one
    _sockets = None  # watched sockets; made with the first one
    _loops = None  # what runs at every step; made with the first one
    _kept = None  # values that outlive a restart
    _aio = None  # asyncio's side, while it runs
    _settling_s = None  # uptime from which on what the first start has loaded may go, 0 when it is gone
    _asyncio = False  # some module has `async run()`
    _stopping = False
    _uptime_s = 0
    _retried = None  # the second in which failures were supervised again for which there was no memory
    _uptime_ms = 0  # over the whole seconds: small numbers take no memory
    _low = 0  # bytes of free memory below which it is given back
    _loaded = 0  # files when it was looked at
    _reserve = b""  # memory for supervision, see `reserve`; None: it is in use
    # Sections of the configuration that somebody reads.
    _read = ("name", "plugins", "modules", "queue", "log")

    def __init__(self, config=None, secrets=None):
        self.config = config = {} if config is None else config
        self.secrets = secrets or {}
        self.name = config.get("name", "modcore")
        self.bus = bus = Bus(config.get("queue", 32))
        bus.kernel = self
        self.modules = OrderedDict()  # a dict of MicroPython forgets the order
        self._fresh = []  # added, not started yet
        self._faults = []  # modules and their errors, for which there was no memory
        self._tick = ticks.ticks_ms()
        look_up(self, Kernel)

    if not TYPE_CHECKING:  # a checker would take any name then
        _methods = "Kernel"  # see lookup.py
        __getattr__ = look_up
    else:
        log: "Log"  # made with its first line: `self.log.info("network", connected)` prints like `print`

    def uptime_ms(self):
        """Return the milliseconds from the making of the kernel to its last step."""
        return self._uptime_s * 1000 + self._uptime_ms

    def step(self):
        """Do one turn: deliver, run what is due. Returns the ms until something is due; never sleeps."""
        bus = self.bus
        next_ms = 60000
        try:
            if self._faults:
                from .supervision import retry

                retry(self)
            if self._fresh:
                self.start()
            head = bus._head
            begin = ticks.ticks_ms()
            bus.deliver()
            self._time(head, begin)
            if (
                self._settling_s
                and not bus.waiting()
                and (not self.running or self._uptime_s >= self._settling_s)
            ):
                self._settling_s = 0
                lazy.relieve()  # what a start needs is not needed any more, and no other time is as sure
            if self._sockets:
                self._sockets.dispatch(0)
        except MemoryError:  # timers and loops have their turn all the same: one of them may give some back
            self.relieve()
        now = ticks.ticks_ms()
        self._uptime_ms += ticks.ticks_diff(now, self._tick)
        self._tick = now
        try:
            if self._timers:
                next_ms = self._timers.turn(now)
        except MemoryError:
            self.relieve()
        try:
            if self._loops:
                next_ms = min(next_ms, self._loops.turn(now))
            if self._uptime_ms >= 1000:
                self._uptime_s += self._uptime_ms // 1000
                self._uptime_ms %= 1000
                if self._low and self._uptime_s % _LOOK_S == 0:
                    from .supervision import look

                    look(self)
        except MemoryError:
            self.relieve()
            return 10
        if len(lazy.modules) != self._loaded:
            # What was loaded may have taken what the next turn needs.
            if hasattr(gc, "mem_free") and gc.mem_free() < _TURN:
                gc.collect()
                if gc.mem_free() < _TURN:
                    lazy.relieve()
            self._loaded = len(lazy.modules)
        if self._fresh or bus.waiting():
            return 0
        return max(0, next_ms)

    def run(self):
        """Run until `stop()` or Ctrl-C, then stop all modules; can be called again.

        asyncio is imported only when a module has `async run()`. RuntimeError: it runs already.
        """
        self.begin()
        try:
            while not self._stopping:
                if self._asyncio:
                    from .aio import run_loop

                    run_loop(self)
                    break
                # What an interrupt or another thread publishes waits for 50 ms at most.
                ms = min(self.step(), 50)
                if self._sockets:
                    self._sockets.dispatch(ms)
                else:
                    ticks.sleep_ms(ms)
        except KeyboardInterrupt:
            pass
        finally:
            self.end()

    def relieve(self):
        """Give memory back: drop the loaded code that is rarely needed, and collect garbage.

        The kernel calls it itself when all modules have started, and when memory runs short.
        """
        self._reserve = None
        lazy.piece = None
        self.bus._routes.clear()  # what is published again works its own out
        lazy.relieve()

    def fault(self, module, error):
        """Supervise: report `error`, stop the module and start it again later.

        module: None when it is nobody's. A Ctrl-C is nobody's fault and is raised on.
        """
        if isinstance(error, KeyboardInterrupt):
            raise error
        if module in self._faults:
            return  # it waits for memory to be stopped with
        if isinstance(error, MemoryError):
            self.relieve()
        try:
            from .supervision import fail

            fail(self, module, error)
        except MemoryError:  # a step tries again
            self._faults.append(module)
            self._faults.append(error)
            print(module.id if module else self.id, "out of memory")

    def _time(self, owner, begin):
        # Tell when what was called at the tick `begin` has held up everything else. owner: a module or None, or, of
        # what the bus has delivered, the place where it began.
        ms = ticks.ticks_diff(ticks.ticks_ms(), begin)
        if ms >= _LATE_MS:
            try:
                from .lateness import late

                late(self, owner, ms)
            except MemoryError:  # not worth a turn of the others
                self.relieve()

    if TYPE_CHECKING:  # a board loads them when they are called: see __getattr__
        from .levels import set_log_level
        from .lifecycle import add, begin, start
        from .moves import end, move, reconfigure, remove, serve, stop
        from .saving import save
        from .sockets import sockets
        from .supervision import report, reserve
        from .thread import call, check_thread, start_thread


if not MICROPYTHON:
    from .cpython import take_in

    take_in(Kernel)
