"""A board without a process of its own, for unit tests: world and program share one interpreter.

    from modcore_host.board.offline import board     # makes machine and network importable

    # isort: split
    from machine import Pin

    board.set_pin(5, 1)                      # an interrupt handler is called here and now
    board.advance(1000)                      # a second passes for timers, watchdog and radio

`time`, `select` and `socket` stay the interpreter's own.
"""

import json
import sys

from .world import Later, World

_HERE = __file__.rpartition("/")[0]
for _path in ("/lib/common", "/lib/cpython" if sys.implementation.name == "cpython" else None):
    if _path and _HERE + _path not in sys.path:
        sys.path.insert(0, _HERE + _path)

import _board  # noqa: E402

if not _board.show:
    from traceback import print_exception

    _board.show = lambda error, stream: print_exception(type(error), error, error.__traceback__, file=stream)


class Reset(BaseException):
    """The board was reset; a real one would start now. Arguments: the cause, and whether it sleeps first."""


class Offline:
    """The world around the interpreter that runs this: a World, and in `seen` what has changed in it."""

    def __init__(self, kind="esp32"):
        self.time = 0
        self.seen = []
        self.world = World(self._now, self._interrupt, kind, self._changed)
        self.world.power.restart = self._restart
        self.world.clock.power_on()
        self.world.boot()
        self._wire = _Wire(self.world)
        _board.connect(self._wire, _Line(self))

    def _now(self):
        return self.time

    def _interrupt(self, kind, index, value):
        self._wire.frames.append((kind, index, value))

    def _changed(self, what, name, value):
        if len(self.seen) > 50:
            self.seen.pop(0)
        self.seen.append((what, name, value))

    def _restart(self, cause, ms):
        raise Reset(cause, ms is None)

    def set_pin(self, number, level):
        """Put 0 or 1 on a pin from outside; None lets go of it."""
        self.world.pins.drive(number, level)
        _board.deliver()

    def set_volts(self, number, volts):
        """Put a voltage on a pin from outside; None lets go of it."""
        self.world.pins.volts(number, volts)
        _board.deliver()

    def pulse(self, number, count=1, hz=10.0, duty=0.5):
        """Put pulses on a pin; time passes until the last one is over."""
        self.world.pins.pulse(number, count, hz, duty)
        self.advance(count * 1000 / hz)

    def pin(self, number):
        """Return the level of a pin, or the text of its square wave."""
        return self.world.pins[number].show()

    def advance(self, ms):
        """Let `ms` milliseconds pass."""
        end = self.time + ms
        while True:
            due = self.world.next_due()
            self.time = end if due is None or due > end else max(self.time, due)
            self.world.tick()
            _board.deliver()
            if self.time >= end and (self.world.next_due() or end + 1) > end:
                return

    def reboot(self, cause="reset"):
        """Start anew, as far as that goes here: the peripherals forget all, the program does not."""
        self.world.boot()
        self.world.power.starts(cause)
        del self.seen[:]


class _Wire:
    def __init__(self, world):
        self._world = world
        self.frames = []

    def readinto(self, buffer):
        if not self.frames:
            return None
        count = 0
        while self.frames and count < len(buffer):
            kind, index, value = self.frames.pop(0)
            buffer[count] = kind
            buffer[count + 1] = index
            buffer[count + 2] = value
            count += 4
        return count

    def write(self, data):
        self._world.frame(data[0], data[1], data[2])
        return len(data)


class _Line:
    def __init__(self, board):
        self._board = board
        self._answer = b""

    def write(self, data):
        try:
            value = self._board.world.handle(json.loads(data.decode()))
            if isinstance(value, Later):
                value = self._wait(value)
            answer = [value]
        except OSError as error:
            answer = [None, "OSError", error.args[0]]
        except ValueError as error:
            answer = [None, "ValueError", error.args[0]]
        self._answer = (json.dumps(answer) + "\n").encode()

    def _wait(self, later):
        found = []
        later.done = found.append
        while not found:
            due = self._board.world.next_due()
            if due is None:
                raise ValueError("nothing would ever end this")
            self._board.time = max(self._board.time, due)
            self._board.world.tick()
        return found[0]

    def readline(self):
        return self._answer


board = Offline()
