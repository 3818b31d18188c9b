"""The world of a board inside of the interpreter that uses it: for tests, and for measuring, without a process.

Wants `lib/common` and this folder on the path; it imports nothing that MicroPython has not.
"""

import json

import _board
from world import World


class PowerOff(KeyboardInterrupt):
    """The power goes while the program runs; it is not the program's to catch."""


class Inside:
    """Wires for `_board` that lead to a `world` in the same process.

    now: () -> ms, a clock that never jumps. kind: whose radio codes it has.

        inside = Inside(time.ticks_ms)
        machine.Pin(4, machine.Pin.OUT).on()
        inside.world.pins[4].show()     # 1
    """

    def __init__(self, now, kind="esp32"):
        self._frames = bytearray()
        self._answer = None
        self.world = World(now, self._interrupt, kind)
        _board.connect(self, self)

    def _interrupt(self, kind, index, value):
        self._frames.extend(bytes((kind, index, value, 0)))

    def readinto(self, buffer):
        """Give the interpreter the frames that wait."""
        count = min(len(buffer), len(self._frames))
        if not count:
            return None
        buffer[:count] = self._frames[:count]
        self._frames = self._frames[count:]
        return count

    def write(self, data):
        """Take a frame, or a request, whose answer is read next."""
        if len(data) == 4 and data[0] != 91:  # [
            self.world.frame(data[0], data[1], data[2])
            return 4
        try:
            self._answer = [self.world.handle(json.loads(data))]
        except (OSError, ValueError) as error:
            kind = "OSError" if isinstance(error, OSError) else "ValueError"
            self._answer = [None, kind, error.args[0] if error.args else ""]
        return len(data)

    def readline(self):
        """Give the answer to the request."""
        return (json.dumps(self._answer) + "\n").encode()

    def read(self, count):
        """Nothing comes any more: the board resets or sleeps."""
        raise PowerOff
