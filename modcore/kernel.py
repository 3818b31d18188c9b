"""The kernel: keeps the modules, turns the wheel, and leaves the rest to the bus."""

from .bus import bind, load

try:
    from time import sleep_ms, ticks_add, ticks_diff, ticks_ms
except ImportError:
    from .ticks import sleep_ms, ticks_add, ticks_diff, ticks_ms


class Kernel:
    """One device: its modules, their bus and the loop that runs them.

    config: a dict like config.json: `name`, a section per module id, and of the kernel's own
    `queue` (events that may wait on the bus) and `log` (`{"level": "info", "levels": {"mqtt": "debug"}}`).
    secrets: sections to merge over that; never saved, logged or published.

        kernel = Kernel({"name": "demo"})
        kernel.add(Hello())
        kernel.run()

    `add remove move reconfigure save set_log_level start stop serve start_thread uptime_ms` stand in
    lifecycle.py and manage.py and use memory only while they are called.
    """

    running = False  # run() or serve() is at work
    _stopping = False
    _sockets = None  # watched sockets; made with the first one
    _aio = None  # asyncio's side, while it runs
    _wants_asyncio = False  # some module has `async run()`
    _uptime_ms = 0
    secrets_broken = False  # a secrets.json that was there before is missing or can't be read

    _read = ()  # the sections of the configuration that somebody has read

    def __init__(self, config=None, secrets=None):
        load("lifecycle").create(self, config, secrets)

    def __getattr__(self, name):
        # What every start and stop needs, and what is rarely needed.
        return bind(self, "lifecycle" if name in ("add", "start", "begin", "end") else "manage", name)

    def relieve(self):
        """Give memory back: drop the loaded code that is rarely needed, and collect garbage.

        The kernel calls it itself when memory runs short.
        """
        from .bus import Bus
        from .lazy import relieve

        Bus.relieve()
        relieve()

    def step(self):
        """Do one turn: deliver, run what is due. Returns the ms until something is due; never sleeps."""
        bus = self.bus
        if self._fresh:
            self.start()
        bus.deliver()
        if self._sockets:
            self._sockets.dispatch(0)
        now = ticks_ms()
        self._uptime_ms += ticks_diff(now, self._tick)
        self._tick = now
        next_ms = self._turn_timers(now)
        for entry in self._turns:
            module, turn, due = entry
            try:
                if module.state != "RUNNING":  # the turn of another has stopped it
                    continue
                if due is None:
                    ms = turn()
                    if ms is None:
                        ms = 10
                else:
                    ms = ticks_diff(due, now)
                    if ms <= 0:
                        ms = next(turn) or 0
                        entry[2] = ticks_add(now, ms)
                next_ms = min(next_ms, ms)
            except StopIteration:
                self._turns = [e for e in self._turns if e is not entry]
            except Exception as error:
                self.fault(module, error)
        if bus._queue or bus._dirty or bus._inbox or self._fresh:
            return 0
        return max(0, next_ms)

    def _turn_timers(self, now):
        queue = self.timers
        for _ in range(len(queue)):
            if not queue:
                break
            timer = queue[-1]
            late = ticks_diff(now, timer.due)
            if late < 0:
                return min(-late, 60000)
            queue.pop()
            if timer.left:
                timer.put(timer.left)
                continue
            if timer.period:  # turns that were missed are passed over, and the beat is kept
                timer.put(timer.period * (1 + late // timer.period))
            try:
                timer.handler(*timer.args)
            except Exception as error:
                self.fault(timer.owner, error)
        return 0 if queue else 60000

    def run(self):
        """Run until `stop()` or Ctrl-C, then stop all modules; can be called again.

        asyncio is imported only when a module has `async run()`.
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
                    sleep_ms(ms)
        except KeyboardInterrupt:
            pass
        finally:
            self.end()
