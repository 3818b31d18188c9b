"""The kernel: keeps the modules, turns the wheel, and leaves the rest to the bus."""

import gc
from collections import OrderedDict

from . import ticks
from .bus import Bus
from .ticks import const

TYPE_CHECKING = False  # for editors and type checkers

_LATE_MS = const(500)  # who holds up all others for so long is named
_LOOK_S = const(4)  # seconds from one look at the free memory to the next


class Kernel:
    """One device: its modules, their bus and the loop that runs them.

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
    _log = None
    _timers = None  # what turns them; made with the first one
    _sockets = None  # watched sockets; made with the first one
    _loops = None  # what runs at every step; made with the first one
    took = None  # {module id: bytes that its start took}, where somebody wants to know
    _kept = None  # values that outlive a restart
    _aio = None  # asyncio's side, while it runs
    _has_started = False  # the first start of all modules is over
    _wants_asyncio = False  # some module has `async run()`
    _stopping = False
    _uptime_s = 0
    _uptime_ms = 0  # over the whole seconds: small numbers take no memory
    _low = 0  # bytes of free memory below which it is given back
    _reserve = b""  # memory for supervision, see `reserve`; None: it is in use
    # Sections of the configuration that somebody reads.
    _read = ("name", "plugins", "modules", "queue", "log")

    def __init__(self, config=None, secrets=None):
        self.config = config = {} if config is None else config
        self.secrets = secrets or {}
        self.name = config.get("name", "modcore")
        self.bus = Bus(config.get("queue", 32))
        self.bus.supervisor = self
        self.modules = OrderedDict()  # a dict of MicroPython forgets the order
        self._fresh = []  # added, not started yet
        self._faults = []  # modules and their errors, for which there was no memory
        self._tick = ticks.ticks_ms()

    if not TYPE_CHECKING:  # a checker would take any name then

        def __getattr__(self, name):
            from .names import missing

            missing(self, name)

    @property
    def log(self):
        """The kernel's own Log."""
        if not self._log:
            from .log import Log

            self._log = Log(self)
        return self._log

    def add(self, module):
        """Take in `module` and return it; it starts with the next step.

        ValueError: its id is taken, or it is not new. TypeError: it is no Module.

            lamp = kernel.add(Lamp())
        """
        from .lifecycle import add

        return add(self, module)

    def remove(self, id):
        """Stop and eject the module `id` and forget it. ValueError: there is none."""
        from .changes import remove

        remove(self, id)

    def move(self, module, state):
        """Take a module (or the one with that id) through all states up to `state`; False when it failed.

        ValueError: no module or state of that name, or no way to it.

            kernel.move("lamp", "STOPPED")
        """
        from .changes import move

        return move(self, module, state)

    def reconfigure(self, id=None, config=None):
        """Walk a module (all of them without an id) down, give it `config` over its section, and up again.

        Returns False when it does not come to run. ValueError: a value of the wrong type; nothing has
        changed then.

            kernel.reconfigure("valves", {"pins": [4]})
        """
        from .changes import reconfigure

        return reconfigure(self, id, config)

    def save(self):
        """Write the configuration to config.json, whole or not at all.

        What a module of one's own has assigned to its `self.config[...]` is saved with it, a key of secrets.json there.
        OSError: it can't be written. ValueError: what was assigned is none that could be read back; all else is saved.

            self.config["limit"] = 60
            self.kernel.save()
        """
        from .saving import save

        save(self)

    def set_log_level(self, level, id=""):
        """Show messages from `level` on, of module `id` or of all; kept with the configuration.

        level: debug, info, warning, error or critical. ValueError: no such level.
        """
        from .levels import set_level

        set_level(self, level, id)

    def uptime_ms(self):
        """Return the milliseconds from the making of the kernel to its last step."""
        return self._uptime_s * 1000 + self._uptime_ms

    def step(self):
        """Do one turn: deliver, run what is due. Returns the ms until something is due; never sleeps."""
        bus = self.bus
        next_ms = 60000
        try:
            if self._faults:
                self._supervise()
            if self._fresh:
                self.start()
            bus.deliver()
            if self._sockets:
                self._sockets.dispatch(0)
            now = ticks.ticks_ms()
            self._uptime_ms += ticks.ticks_diff(now, self._tick)
            self._tick = now
            if self._uptime_ms >= 1000:
                self._count_seconds()
            if self._timers:
                next_ms = self._timers.turn(now)
            if self._loops:
                next_ms = min(next_ms, self._loops.turn(now))
        except MemoryError:
            self.relieve()
            return 10
        if self._fresh or bus.waiting():
            return 0
        return max(0, next_ms)

    def start(self):
        """Start every module that was added, or whose wait after a failure is over; `step` does it."""
        from .lifecycle import start

        start(self)

    def run(self):
        """Run until `stop()` or Ctrl-C, then stop all modules; can be called again.

        asyncio is imported only when a module has `async run()`. RuntimeError: it runs already.
        """
        self.begin()
        try:
            while not self._stopping:
                if self._wants_asyncio:
                    from .aio import run

                    run(self)
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

    async def serve(self):
        """Run inside an asyncio loop until `stop()` or until cancelled, then stop all modules and their tasks.

        await kernel.serve()
        """
        from .aio import serve

        await serve(self)

    def start_thread(self):
        """Run in a thread of its own: the REPL stays free.

        From other threads than that one `publish` and `call` may be used, and nothing else of kernel and bus.
        RuntimeError: it runs already.

            kernel.start_thread()
            kernel.call(kernel.reconfigure, "lamp", {"pin": 5})
        """
        from .thread import start

        start(self)

    def call(self, function, *args):
        """Call `function(*args)` in the kernel's thread, with its next step; safe from every thread."""
        from .thread import call

        call(self, function, args)

    def stop(self):
        """End run() or serve() after the current step; without them stop all modules at once."""
        self._stopping = True
        if self.bus.wake:
            self.bus.wake()
        if not self.running:
            self.end()

    def begin(self):
        """Note that run() or serve() begins; modules that were stopped start again. RuntimeError: it runs already."""
        from .changes import begin

        begin(self)

    def end(self):
        """Stop all modules, the last one started first; run() and serve() do it."""
        from .release import end

        end(self)

    def sockets(self):
        """Return the watched sockets, whose `watch` and `unwatch` a loop beside the kernel's may use too."""
        from .sockets import sockets_of

        return sockets_of(self)

    def relieve(self):
        """Give memory back: drop the loaded code that is rarely needed, and collect garbage.

        The kernel calls it itself when all modules have started, and when memory runs short.
        """
        self._reserve = None
        self.bus._routes.clear()  # what is published again works its own out
        try:
            from .lazy import relieve

            relieve()
        except MemoryError:  # not even room for that
            gc.collect()

    def reserve(self):
        """Set memory aside with which supervision can work when nothing is left; a device's main() does it."""
        from .memory import reserve

        reserve(self)

    def fault(self, module, error):
        """Supervise: report `error`, stop the module and start it again later.

        module: None when it is nobody's. A Ctrl-C is nobody's fault and is raised on.
        """
        if isinstance(error, KeyboardInterrupt):
            raise error
        if isinstance(error, MemoryError):
            self.relieve()
        try:
            from .supervision import fail

            fail(self, module, error)
        except MemoryError:  # the next step tries again
            self._faults.append(module)
            self._faults.append(error)

    def report(self, module, error):
        """Report `error` of `module` on `$error/<id>` and in the log, and do nothing more."""
        from .supervision import report

        report(self, module, error)

    def _announce(self, module, state):
        module.state = state
        self.bus.publish("$state/" + module.id, None if state == "EJECTED" else state, True)

    def _time(self, module, begin):
        # Tell when what was called at the tick `begin` has held up everything else.
        ms = ticks.ticks_diff(ticks.ticks_ms(), begin)
        if ms >= _LATE_MS:
            from .supervision import late

            late(self, module, ms)

    def _supervise(self):
        self.relieve()
        for _ in range(len(self._faults) // 2):
            module = self._faults.pop(0)
            self.fault(module, self._faults.pop(0))

    def _count_seconds(self):
        self._uptime_s += self._uptime_ms // 1000
        self._uptime_ms %= 1000
        if self._low and self._uptime_s % _LOOK_S == 0:
            if gc.mem_free() < self._low or self._reserve is None:
                from .memory import look

                look(self)
