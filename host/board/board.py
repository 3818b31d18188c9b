"""Board: a virtual board as an object: switch it on, act on the world around it, look at its pins."""

import asyncio
import os
import threading
import time
from pathlib import Path

from . import firmware
from .console import Job
from .engine import Engine

_STOP_S = 8.0
_AGAIN_S = 2.0
_KILL_S = 5.0


class Board(Engine):
    """A board whose files are in `folder`/files.

    folder: where the board lives; made when it is not there. runtime: "micropython32", "micropython" or
    "cpython"; without one the best there is. heap: its bytes, as in "128K". kind: whose radio codes it has:
    "esp32", "esp8266" or "rp2". relay: let packets pass only while the radio has a link; without, the board
    uses the PC's ports itself. pc_clock: wake up with the PC's time, not in the year 2000. virtual_clock: its
    time can be wound forward with `forward` (MicroPython only). romfs: the bytes of a partition for a ROM file
    system, kept in `folder`/romfs.img, which `mpremote romfs deploy` fills (MicroPython only); 0: the one that is
    there already, if any. str_partition: without, `str` lacks partition and rpartition, as on small ports (MicroPython
    only). outside: let packets into the PC's network; without, only what was given a `name` is there.
    changed(what, name, value) and printed(text): told, in the board's thread, what happens and is printed.

        with Board(folder, runtime="micropython32", heap="128K") as board:
            board.set_pin(5, 1)
            board.wait_for("button pressed")

    BoardError: there is no such runtime.
    """

    def __init__(
        self,
        folder,
        runtime=None,
        heap=None,
        kind="esp32",
        relay=True,
        pc_clock=False,
        virtual_clock=False,
        romfs=0,
        str_partition=True,
        outside=True,
        changed=None,
        printed=None,
    ):
        self.folder = Path(folder)
        self.runtime = runtime or firmware.default_runtime()
        self.heap = heap or firmware.HEAPS.get(self.runtime)
        rom = firmware.lay_out_rom(self.folder / "rom", self.runtime, virtual_clock)
        path = None if str_partition else firmware.without_partition(self.runtime, self.folder / "firmware")
        command, environment = firmware.command(self.runtime, self.heap, rom, path)
        image = firmware.rom_file_system(self.folder, self.runtime, romfs)
        if image:
            environment["BOARD_ROMFS"] = str(image)
        self._virtual_clock = virtual_clock
        super().__init__(self.folder / "files", command, environment, kind, relay, pc_clock, outside)
        if changed:
            self.listeners.append(changed)
        if printed:
            self.printers.append(printed)
        if self.runtime == "cpython":
            self.world.clock.epoch = 0  # its time module counts from 1970
        self.wifi = Remote(self, self.world.wifi)
        self.clock = Remote(self, self.world.clock)
        self.card = Remote(self, self.world.card)

    # power

    def start(self):
        """Switch the power on; returns the board."""
        self.call(self.power_on)
        return self

    def reset(self):
        """Press the reset button."""
        self.call(self.restart, "reset", 0)

    def power_cut(self):
        """Cut the power, in the middle of whatever the program does. `start` brings it back."""
        self.call(self.cut)
        self.wait_until(lambda: self.process is None)

    def interrupt(self):
        """Press Ctrl-C."""
        self.call(self.ctrl_c)

    def is_on(self):
        """Tell whether the interpreter runs."""
        return self.process is not None

    def stop(self, patience_s=_STOP_S):
        """End the program with Ctrl-C, so that its modules stop in order, then switch everything off.

        Returns False when it had to be cut off after `patience_s`.
        """
        if self.loop.is_closed():
            return True
        orderly = True
        if self.process:
            self.call(self.console.end)
            self.interrupt()
            orderly = self.wait_until(lambda: self.process is None, min(_AGAIN_S, patience_s))
            if not orderly and patience_s > _AGAIN_S:
                # MicroPython's import takes one that strikes while it looks for a file for "no such file".
                self.interrupt()
                orderly = self.wait_until(lambda: self.process is None, patience_s - _AGAIN_S)
        self._stopping = True
        self.call(self.cut)
        self.wait_until(lambda: self.process is None, _KILL_S)
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(_KILL_S)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(_KILL_S)
        return orderly

    def __enter__(self):
        """Switch it on."""
        return self.start()

    def __exit__(self, *error):
        """Stop it."""
        self.stop()

    # the world outside

    def set_pin(self, number, level):
        """Put 0 or 1 on a pin from outside; None lets go of it."""
        self.call(self.world.pins.drive, number, level)

    def set_volts(self, number, volts):
        """Put a voltage on a pin from outside; None lets go of it."""
        self.call(self.world.pins.volts, number, volts)

    def pulse(self, number, count=1, hz=10.0, duty=0.5):
        """Put pulses on a pin; returns at once."""
        self.call(self.world.pins.pulse, number, count, hz, duty)

    def bounce(self, number, level, times=4, ms=8):
        """Bring a pin to `level` as a worn contact does; returns at once."""
        self.call(self.world.pins.bounce, number, level, times, ms)

    def forward(self, seconds, timeout_s=60):
        """Let `seconds` of the board's time pass as fast as it can; returns when they are over.

        What the program would sleep is skipped, what it does takes the time that it takes. Timers, watchdog,
        sleep, radio and clock go along; peers in the network get a moment to answer. TimeoutError: for
        `timeout_s` nothing was skipped.
        """
        if not self._virtual_clock:
            raise ValueError("this board has no virtual_clock")
        done = self.call(self.forwarder.begin, seconds * 1000)
        before = None
        while not done.wait(timeout_s):
            if self.skipped == before:
                raise TimeoutError("no time has passed for {} s".format(timeout_s))
            before = self.skipped

    def pin(self, number):
        """Return the level of a pin, or the text of its square wave."""
        return self.call(lambda: self.world.pins[number].show())

    def pins(self):
        """Return {number: level} of the pins that the program has set up."""
        return self.call(lambda: {p.number: p.show() for p in self.world.pins if p.mode is not None})

    def insert_card(self, size=4 * 1024 * 1024, path=None):
        """Put a card of `size` bytes into the slot; its blocks are in the file `path`."""
        path = Path(path or self.folder / "card.img").resolve()
        with open(str(path), "ab") as image:
            if image.tell() < size:
                os.truncate(str(path), size)
        self.call(self.world.card.insert, str(path), size)

    def eject_card(self):
        """Pull the card out."""
        self.call(self.world.card.eject)

    def fill_disk(self, left=0):
        """Let the flash be full but for `left` bytes; what the program deletes makes room. None: no limit."""
        self.call(self.flash.leave, left)

    @property
    def opens(self):
        """Count of how often the program has opened each file for reading: {path: count}."""
        return self.call(lambda: dict(self.flash.opens))

    def forget_opens(self):
        """Count opened files from 0 on."""
        self.call(self.flash.opens.clear)

    def slow_flash(self, ms):
        """Let it take `ms` to find a file and again for each further 4 KB of it, as flash does; 0: no time."""
        self.flash.ms = ms

    def expose(self, port, pc_port=0):
        """Let the board's `port` be found on the PC's `pc_port`, which is returned; 0 takes a free one.

        OSError: that one is taken.
        """
        return self.call(self.radio.expose, port, pc_port)

    def name(self, host, address, port=None):
        """Let the board find `address` and `port` of the PC under the name `host`."""
        self.call(self.radio.names.__setitem__, host, (address, port))

    def open_usb(self):
        """Plug a cable in: return the path of the serial port with the board's REPL."""
        if not self.usb:
            from .usb import Usb

            self.usb = self.call(Usb, self, firmware.banner(self.runtime))
        return self.usb.path

    # looking

    @property
    def text(self):
        """All that was printed."""
        return self._text

    def wait_for(self, text, timeout_s=60):
        """Wait until `text` is printed, after what was waited for before. TimeoutError: it is not."""
        deadline = time.monotonic() + timeout_s
        with self._news:
            while True:
                found = self._text.find(text, self._seen)
                if found >= 0:
                    self._seen = found + len(text)
                    return
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError("no {!r} in {!r}".format(text, self._text[self._seen :]))
                self._news.wait(left)

    def wait_until(self, condition, timeout_s=60):
        """Wait until `condition()` is true; returns whether it is."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            with self._news:
                # Not for long: what the condition looks at may change without news, or just before this.
                self._news.wait(min(left, 0.02))
        return True

    def wait_pin(self, number, level, timeout_s=60):
        """Wait until a pin has `level`; returns whether it has."""
        return self.wait_until(lambda: self.world.pins[number].show() == level, timeout_s)

    def exec(self, code, timeout_s=60):
        """Run code at the program's prompt and return what it prints. RuntimeError: its traceback."""
        done = threading.Event()
        found = bytearray()
        self.call(self.console.run, Job("raw", code, found.extend, done.set))
        if not done.wait(timeout_s):
            raise TimeoutError("not done after {} s; printed {!r}".format(timeout_s, bytes(found)))
        output, _, trouble = bytes(found).partition(b"\x04")
        trouble = trouble.rstrip(b"\x04").decode(errors="replace")
        if trouble:
            raise RuntimeError(trouble)
        return output.decode(errors="replace")


class Remote:
    """The same object, used in the board's thread."""

    def __init__(self, board, target):
        self._board = board
        self._target = target

    def __getattr__(self, name):
        value = getattr(self._target, name)
        if not callable(value):
            return value
        return lambda *args, **kwargs: self._board.call(lambda: value(*args, **kwargs))

    def __getitem__(self, name):
        return self._target[name]
