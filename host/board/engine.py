"""The engine of a board: its thread, its interpreter's process, and what starts that again."""

import asyncio
import concurrent.futures
import contextlib
import threading
import time

from . import firmware
from .console import Console
from .flash import Flash
from .forward import Forward
from .process import Process, new_loop
from .radio import Direct, Radio
from .world import World

_BOOT_S = 0.02
_CRASH_PAUSE_S = 1.0
_SHORT_S = 0.5  # a program that resets sooner than this after its start
_PATIENCE = 3  # such starts in a row: then a pause comes before each, as hardware takes one anyway
_MAX_LOG = 200000


class Engine:
    """The parts of a Board; all state is touched in the board's thread only, see `call`.

    files: Path of the device's files. command, environment: of the interpreter, see firmware.command. kind,
    pc_clock: of the World. relay: whether packets go by way of the radio, outside: into the PC's network, too.
    """

    skipped = 0  # ms by which the board's clock has been wound forward

    def __init__(self, files, command, environment, kind, relay, pc_clock, outside=True):
        self.files = files
        self._command = command
        self._environment = environment
        self.listeners = []  # (what, name, value) called with each change
        self.printers = []  # (text) called with what the program prints
        self.boots = 0
        self.process = None
        self._pending = None  # (cause, seconds) of the start to come, when the process ends
        self._soft = False
        self._killed = False
        self._stopping = False
        self._started_at = 0
        self._short_runs = 0
        self.starting = None
        self._alarm = None
        self._text = ""
        self._seen = 0  # of the text, by wait_for
        self._news = threading.Condition()
        self.usb = None
        self._closers = []
        self.files.mkdir(parents=True, exist_ok=True)
        self.loop = new_loop()
        self._thread = threading.Thread(target=self._turn, daemon=True, name="board")
        self._thread.start()
        self.call(self._build, kind, relay, pc_clock, outside)

    def _build(self, kind, relay, pc_clock, outside):
        self._zero = self.loop.time()
        self.world = World(self.now, self.send_frame, kind, self._on_change)
        self.world.clock.utc = lambda: time.time() + self.skipped / 1000
        self.world.clock.set_by_pc = pc_clock
        self.world.power.restart = self.restart
        self.world.power.soft = self._soft_reset
        self.radio = Radio(self.loop, self.world.wifi.reachable, outside) if relay else Direct()
        self.world.wifi.route = self.radio.route
        self.console = Console(self.send_frame, self._log)
        self.world.parts["repl"] = self.console
        self.forwarder = Forward(self)
        self.world.parts["virtual"] = self.forwarder
        self.flash = self.world.parts["flash"] = Flash(self.files)

    # the board's thread

    def _turn(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.close()

    def call(self, function, *args):
        """Call `function(*args)` in the board's thread and return its result."""
        if threading.current_thread() is self._thread:
            return function(*args)
        done = concurrent.futures.Future()

        def run():
            try:
                done.set_result(function(*args))
            except BaseException as error:
                done.set_exception(error)
            self.plan()

        self.loop.call_soon_threadsafe(run)
        return done.result()

    def start_task(self, coroutine):
        """Run a coroutine in the board's thread until it ends or the board stops."""
        return self.loop.create_task(coroutine)

    def at_stop(self, function):
        """Have `function()` called in the board's thread when the board stops."""
        self._closers.append(function)

    def now(self):
        """Milliseconds since the board was made, by its own clock."""
        return (self.loop.time() - self._zero) * 1000 + self.skipped

    def plan(self):
        """Sleep until the next thing on the world's agenda; called after whatever may have changed that."""
        due = self.world.next_due()
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None
        if due is not None:
            self._alarm = self.loop.call_at(self._zero + (due - self.skipped) / 1000, self._tick)

    def _tick(self):
        self._alarm = None
        self.world.tick()
        self.plan()

    def send_frame(self, kind, index, value):
        """Send the interpreter a frame, if it runs."""
        if self.process:
            self.process.frame(kind, index, value)

    def _on_change(self, what, name, value):
        if what in ("wifi", "ap"):
            self.radio.look()
        self._tell_news()
        for listener in self.listeners:
            listener(what, name, value)

    def _tell_news(self):
        with self._news:
            self._news.notify_all()

    def _log(self, data):
        text = data.decode(errors="replace")
        with self._news:
            self._text += text
            if len(self._text) > _MAX_LOG:
                cut = len(self._text) - _MAX_LOG // 2
                self._text = self._text[cut:]
                self._seen = max(0, self._seen - cut)
            self._news.notify_all()
        if self.usb:
            self.usb.show(data)
        for printer in self.printers:
            printer(text)

    # power

    def power_on(self):
        """Bring the power, also while it still goes."""
        if self.process is None:
            self._boot("power")
        elif self._killed:
            self._pending = ("power", _BOOT_S)

    def _boot(self, cause):
        if self.process or self._stopping or not self.files.is_dir():  # its folder has gone to elsewhere
            return
        self._start_later(None)
        if cause == "power":
            self.world.clock.power_on()
        self._pending = None
        self._soft = self._killed = False
        self.boots += 1
        self._started_at = time.monotonic()
        self.world.boot()
        self.world.power.starts(cause)
        self.console.boot()
        self.process = Process(self.loop, self)
        environment = dict(self._environment, BOARD_FILES=str(self.files.resolve()))
        try:
            self.process.start(self._command, environment, str(self.files))
        except OSError as error:
            self.process = None
            raise firmware.BoardError("{}: {}".format(self._command[0], error)) from None
        self.radio.power(True)
        self._on_change("power", "start", cause)

    def on_frame(self, kind, index, value):
        """Take a frame of the interpreter's."""
        self.world.frame(kind, index, value)
        self.plan()

    def on_request(self, words):
        """Answer a request of the interpreter's."""
        if words[0] == "repl.next":
            self.process.drain_output()
        try:
            return self.world.handle(words)
        finally:
            self.plan()
            if self.world.power.asleep:
                self.loop.call_soon(self.forwarder.look)

    def on_output(self, data):
        """Take what the interpreter has printed."""
        self.console.output(data)

    def on_exit(self, status):
        """The interpreter has ended: by itself, or because its power went."""
        self.process = None
        self.radio.power(False)
        self.world.boot()
        self._on_change("power", "off", status)
        if self._stopping or self.console.ending:
            return
        if self._pending:
            cause, delay = self._pending
        elif self._killed:
            return
        elif self._soft or status == 0:
            cause, delay = "soft", _BOOT_S
        else:
            cause, delay = "reset", _CRASH_PAUSE_S
        is_short = time.monotonic() - self._started_at < _SHORT_S
        self._short_runs = self._short_runs + 1 if is_short and cause != "deepsleep" else 0
        if delay is not None:
            self._start_later(_CRASH_PAUSE_S if self._short_runs > _PATIENCE else delay, cause)
        self.forwarder.look()

    def _start_later(self, delay, cause=None):
        if self.starting:
            self.starting.cancel()
            self.starting = None
        if delay is not None:
            self.starting = self.loop.call_later(delay, self._boot, cause)

    def restart(self, cause, ms):
        """Start anew for `cause`; ms None: the interpreter goes, whoever called this calls again for the start."""
        self._pending = (cause, None if ms is None else _BOOT_S)
        if self.process:
            self.radio.power(False)
            self.process.kill()
        elif ms is not None:
            self._start_later(_BOOT_S, cause)

    def _soft_reset(self):
        self._soft = True

    def soft_restart(self):
        """Do what Ctrl-D does."""
        self.restart("soft", 0)

    def cut(self):
        """Cut the power."""
        self._start_later(None)
        self._pending = None
        self.world.power.asleep = None
        self._killed = True
        self.radio.power(False)
        if self.process:
            self.process.kill()
        else:
            self.world.boot()

    def ctrl_c(self):
        """Interrupt the program; at its prompt there is nothing to interrupt."""
        if self.process and (not self.console.at_prompt or self.console.busy()):
            self.process.interrupt()

    async def _close(self):
        self.console.cancel()
        for closer in self._closers:
            with contextlib.suppress(Exception):
                closer()
        await self.radio.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
