"""A device in this process, for unit tests: the board's World is its hardware, and its time is virtual.

Import it before anything of modcore: it puts a clock of its own in the place of `time`.
"""

import gc
import sys
import time as _real

_TICKS = _real.ticks_add(0, -1) if hasattr(_real, "ticks_add") else (1 << 30) - 1
START_S = 1767225600  # 2026-01-01 00:00:00 UTC
_STUCK = 2000
_HEARD = 200


class Time:
    """The module `time`, as it is on a board; its clock goes on only when `Device.run` says so."""

    def __init__(self):
        self.now_ms = 0  # since the PC was switched on
        self.offset_s = None  # () -> what the board's clock is off
        self.epoch_s = 0  # from 1970 to that of the board; set it before anything of modcore is loaded
        self.world = None

    def ticks_ms(self):
        return int(self.now_ms) & _TICKS

    def ticks_us(self):
        return int(self.now_ms * 1000) & _TICKS

    if hasattr(_real, "ticks_add"):  # these take no memory: interrupts use them
        ticks_add = staticmethod(_real.ticks_add)
        ticks_diff = staticmethod(_real.ticks_diff)
    else:

        def ticks_add(self, ticks, delta):
            return (ticks + delta) & _TICKS

        def ticks_diff(self, end, start):
            return ((end - start + (_TICKS + 1) // 2) & _TICKS) - (_TICKS + 1) // 2

    def sleep_ms(self, ms):
        self.now_ms += ms

    def sleep(self, seconds):
        self.now_ms += seconds * 1000

    def sleep_us(self, us):
        self.now_ms += us / 1000

    def pc(self):
        return START_S + int(self.now_ms) // 1000

    def time(self):
        return self.pc() + (self.offset_s() if self.offset_s else 0) - self.epoch_s

    def time_ns(self):
        return self.time() * 1000000000

    def gmtime(self, seconds=None):
        return _real.gmtime((self.time() if seconds is None else seconds) + self.epoch_s)

    localtime = gmtime

    def monotonic(self):
        return self.now_ms / 1000


class _Names:
    """An object as `from time import …` of MicroPython takes it, whose functions are not methods of its class."""


time = Time()
_module = sys.modules["time"] = _Names()
for _name in dir(Time):
    if _name[0] != "_":
        setattr(_module, _name, getattr(time, _name))
sys.path.insert(0, "host/board/lib/common")
if sys.implementation.name == "cpython":
    sys.path.append("host/board/lib/cpython")
    sys.path.append("host/board")

import _board  # noqa: E402
import machine  # noqa: E402
from inside import Inside, PowerOff  # noqa: E402

from modcore import Kernel  # noqa: E402


class Device(Inside):
    """A board with the modules that `make()` returns, in a list, made anew at each start.

    config: like config.json; kept over restarts, as is `files`, of which the tests have their own.

        device = Device(lambda: [Gpio()], {"gpio": {...}})
        device.run(1000)
        device.world.pins.drive(4, 1)
    """

    def __init__(self, make, config=None, kind="esp32", clock=True, secrets=None):
        self.make = make
        self.config = {} if config is None else config
        self.secrets = secrets
        self.config.setdefault("log", {"level": "critical"})
        self.boots = []  # the cause of each start
        self.heard = []  # the last (topic, value)s on the bus
        self.kernel = None
        self._next = None  # the cause of the start to come
        time.now_ms = 0
        Inside.__init__(self, lambda: time.now_ms, kind)
        self.world.clock.utc = time.pc
        self.world.clock.set_by_pc = clock
        self.world.power.restart = self._restart
        time.offset_s = lambda: self.world.clock.offset
        self.world.clock.power_on()
        self.boot("power")

    # power

    def _restart(self, cause, ms):
        self._next = None if ms is None else cause
        if ms is None:  # asleep: the watchdog sleeps, too
            self.world.cancel(self.world.power._watchdog)
        self.kernel = self.kernel if ms is not None else None

    def boot(self, cause="power"):
        """Start the program, for a reason that is a word of the world's CAUSES."""
        self.boots.append(cause)
        self._next = None
        self._frames = bytearray()
        _board.handlers.clear()
        machine._pins.clear()
        self.world.boot()
        self.world.power.starts(cause)
        self.kernel = Kernel(self.config, self.secrets)
        for module in self.make():
            self.kernel.add(module)
        self.kernel.bus.subscribe("#", self._hear)
        gc.collect()

    def cut(self):
        """Cut the power, at once; `boot` brings it back."""
        self.kernel = None
        self.world.boot()
        self.world.clock.power_on()

    def crash(self, cause="reset"):
        """End the program as a fault of its native code does, and start it again."""
        self.kernel = None
        self.boot(cause)

    def _hear(self, topic, value):
        if len(self.heard) >= _HEARD:
            self.heard = self.heard[_HEARD // 2 :]
        self.heard.append((topic, value))

    # time

    def run(self, ms=0, turns=3):
        """Let `ms` pass, with as many turns of the kernel as it asks for, and restarts when they come."""
        end = time.now_ms + ms
        stuck = 0
        while True:
            wait = self._turn()
            if time.now_ms >= end and (wait or turns <= 0):
                return
            if time.now_ms >= end:
                turns -= 1
            stuck = 0 if wait else stuck + 1
            assert stuck < _STUCK, "the kernel has something to do in every turn"
            self._pass(min(wait, max(end - time.now_ms, 0)))

    def _turn(self):
        if not self.kernel:
            return 60000
        try:
            return self.kernel.step()
        except PowerOff:
            self.kernel = None
            return 0

    def _pass(self, ms):
        due = self.world.next_due()
        if due is not None:
            ms = min(ms, max(due - time.now_ms, 0))
        time.now_ms += ms
        self.world.tick()
        if self._next:
            self.boot(self._next)
        elif self.kernel:
            _board.deliver()

    # looking

    def get(self, topic, default=None):
        """The retained value of a topic."""
        return self.kernel.bus.get(topic, default)

    def send(self, topic, value=None):
        """Publish as somebody outside does, and let the modules hear it."""
        self.kernel.bus.publish(topic, value)
        self.run()

    def take(self, prefix=""):
        """Return what was published since the last call on topics that begin with `prefix`: (topic, value)s."""
        found = [event for event in self.heard if event[0].startswith(prefix)]
        self.heard = []
        return found
