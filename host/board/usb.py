"""The board's USB port: a pseudo-terminal with the REPL that mpremote, Thonny and people expect."""

import codeop
import contextlib
import os
import pty
import re
import termios
import tty
from collections import deque

from .completion import complete, name_before
from .console import Job

# Bytes that raw-paste mode may send ahead. A board has 128: each window waits for both processes in turn.
_WINDOW = 2048
_MAX_AHEAD = 4096
_MAX_HISTORY = 50
_RAW_BANNER = b"raw REPL; CTRL-B to exit\r\n>"
_PASTE_BANNER = b"paste mode; Ctrl-C to cancel, Ctrl-D to finish\r\n=== "
_PASTE = bytes((5,)) + b"A\x01"
_PLAIN = re.compile(rb"[^\x03\x04]*")


class Usb:
    """A serial port that leads to a board's console.

    banner: the line that says which interpreter this is. path: of the terminal, to be opened by others.
    """

    def __init__(self, board, banner):
        self._board = board
        self._console = board.console
        self._banner = banner.encode() + b'\r\nType "help()" for more information.\r\n'
        # The terminal stays open here, so that its other end never sees a hang-up.
        self._fd, self._terminal = pty.openpty()
        tty.setraw(self._terminal)
        os.set_blocking(self._fd, False)
        self.path = os.ttyname(self._terminal)
        self._ahead = bytearray()  # typed while the program runs
        self._mode = _Friendly(self)
        self._console.on_prompt = self._at_prompt
        self._console.on_start = self._at_start
        self._resetting = None  # the mode to be in when the program is at its prompt again
        self._ending = False  # the old interpreter of a soft reset is still there, or no new one yet
        self._missed = False  # Ctrl-C came meanwhile
        self._completing = False  # TAB was pressed, and its answer is on its way
        board.loop.add_reader(self._fd, self._read)
        board.at_stop(self._close)

    def _close(self):
        self._board.loop.remove_reader(self._fd)
        os.close(self._fd)
        os.close(self._terminal)

    # towards the terminal

    def write(self, data):
        """Send bytes. What nobody reads is dropped, the oldest first."""
        with contextlib.suppress(BlockingIOError):
            sent = os.write(self._fd, data)
            if sent == len(data):
                return
        termios.tcflush(self._terminal, termios.TCIFLUSH)
        with contextlib.suppress(BlockingIOError):
            os.write(self._fd, data[-1024:])

    def show(self, data):
        """Send what the program printed, with the line ends of a terminal."""
        self.write(data.replace(b"\n", b"\r\n"))

    def _at_start(self):
        self._ending = False
        if self._resetting is None:
            self._mode = _Friendly(self)
        elif self._missed and not self._console.skip_main:
            self._board.loop.call_soon(self._board.ctrl_c)
        self._missed = False

    def _at_prompt(self):
        if self._resetting is not None:
            self._mode, self._resetting = self._resetting, None
        self._mode.greet()
        self._catch_up()

    def _catch_up(self):
        ahead, self._ahead = self._ahead, bytearray()
        self._take(bytes(ahead))

    # from the terminal

    def _read(self):
        try:
            data = os.read(self._fd, 4096)
        except OSError:
            return
        self._take(data)

    def _take(self, data):
        i = 0
        while i < len(data):
            byte = data[i : i + 1]
            if self._completing:
                self._ahead += data[i:]
                return
            if self._console.at_prompt and not self._console.busy() and self._resetting is None:
                taken = self._mode.swallow(data[i : i + _WINDOW])
                if taken:
                    i += taken
                    continue
                self._mode.take(byte)
            elif byte == b"\x03":
                self._ahead.clear()
                self._missed = self._ending
                self._board.ctrl_c()
            elif self._console.reads() and self._resetting is None:
                self._board.process.input(data[i:].replace(b"\x03", b""))
                if b"\x03" in data[i:]:
                    self._board.ctrl_c()
                return
            elif len(self._ahead) < _MAX_AHEAD:
                self._ahead += byte
            i += 1

    # what the modes do

    def enter(self, mode):
        """Change the mode."""
        self._mode = mode
        mode.greet()

    def banner(self):
        """Say what this is."""
        self.write(b"\r\n" + self._banner)

    def run(self, mode, code):
        """Run code; the current mode gets `over()` after it."""
        self._console.run(Job(mode, code, self.show, self._over))

    def _over(self):
        if self._resetting is None:
            self._board.loop.call_soon(self._after)

    def _after(self):
        if self._console.at_prompt and not self._console.busy():
            self._mode.over()
            self._catch_up()

    def complete(self, name, done):
        """Call `done` with what the begun name of `name_before` may become, see completion.py."""

        def over(rest, names):
            self._completing = False
            done(rest, names)
            self._board.loop.call_soon(self._catch_up)

        self._completing = True
        complete(self._console, name, over)

    def soft_reset(self, raw):
        """Start the interpreter again, for a raw REPL without main.py."""
        self.write(b"MPY: soft reboot\r\n")
        self._resetting = _Raw(self) if raw else _Friendly(self)
        self._console.skip_main = raw
        self._ending = True
        self._board.soft_restart()


class _Mode:
    """A way to read what is typed."""

    def swallow(self, data):
        """Take the first bytes of `data` at once, where none of them means anything; return how many."""
        return 0


class _Friendly(_Mode):
    """The prompt for people: a line at a time, with a history."""

    def __init__(self, usb):
        self._usb = usb
        self._lines = []  # of a statement that goes on
        self._line = ""
        self._escape = b""
        self._history = deque(maxlen=_MAX_HISTORY)
        self._place = 0

    def greet(self):
        """Show who is here."""
        self._usb.banner()
        self._prompt()

    def over(self):
        """Show that the program is done."""
        self._prompt()

    def _prompt(self):
        self._line = ""
        self._place = len(self._history)
        self._usb.write(b"... " if self._lines else b">>> ")

    def take(self, byte):
        """Take a typed byte."""
        if self._escape or byte == b"\x1b":
            self._take_escape(byte)
        elif byte in _CONTROLS:
            _CONTROLS[byte](self)
        elif byte in (b"\r", b"\n"):
            self._enter()
        elif byte == b"\t" and name_before(self._line):
            self._usb.complete(name_before(self._line), self._completed)
        elif byte in (b"\x08", b"\x7f"):
            if self._line:
                self._line = self._line[:-1]
                self._usb.write(b"\x08 \x08")
        else:
            text = "    " if byte == b"\t" else byte.decode("latin-1")
            if text.isprintable():
                self._line += text
                self._usb.write(text.encode("latin-1"))

    def _completed(self, rest, names):
        if names:
            self._usb.write(("\r\n" + "  ".join(names) + "\r\n").encode())
            self._usb.write((b"... " if self._lines else b">>> ") + self._line.encode())
        self._line += rest
        self._usb.write(rest.encode())

    def _take_escape(self, byte):
        self._escape += byte
        if self._escape in (b"\x1b", b"\x1b["):
            return
        step = {b"\x1b[A": -1, b"\x1b[B": 1}.get(self._escape, 0)
        self._escape = b""
        if step:
            self._place = min(max(self._place + step, 0), len(self._history))
            line = self._history[self._place] if self._place < len(self._history) else ""
            self._usb.write(b"\x08 \x08" * len(self._line) + line.encode())
            self._line = line

    def _enter(self):
        self._usb.write(b"\r\n")
        if self._line.strip():
            self._history.append(self._line)
        self._lines.append(self._line)
        code = "\n".join(self._lines)
        try:
            whole = codeop.compile_command(code, "<stdin>", "single")
        except (SyntaxError, ValueError, OverflowError):
            whole = True  # the interpreter says what is wrong with it
        if not code.strip():
            self._lines = []
            self._prompt()
        elif whole is None:
            self._prompt()
        else:
            self._lines = []
            self._usb.run("single", code + "\n")

    def _raw(self):
        self._usb.write(b"\r\n")
        self._usb.enter(_Raw(self._usb))

    def _cancel(self):
        self._lines = []
        self._usb.write(b"\r\n")
        self._prompt()

    def _reset(self):
        if self._line or self._lines:
            return
        self._usb.write(b"\r\n")
        self._usb.soft_reset(False)

    def _paste(self):
        self._usb.write(b"\r\n")
        self._usb.enter(_Paste(self._usb))


_CONTROLS = {
    b"\x01": _Friendly._raw,
    b"\x02": _Friendly.greet,
    b"\x03": _Friendly._cancel,
    b"\x04": _Friendly._reset,
    b"\x05": _Friendly._paste,
}


class _Paste(_Mode):
    """Paste mode: everything up to Ctrl-D is one program."""

    def __init__(self, usb):
        self._usb = usb
        self._code = bytearray()

    def greet(self):
        """Show how it works."""
        self._usb.write(_PASTE_BANNER)

    def over(self):
        """Go back to the prompt."""
        self._usb._mode = _Friendly(self._usb)
        self._usb._mode.over()

    def take(self, byte):
        """Take a typed byte."""
        if byte == b"\x04":
            self._usb.write(b"\r\n")
            self._usb.run("paste", bytes(self._code).replace(b"\r", b"\n"))
        elif byte == b"\x03":
            self._usb.write(b"\r\n")
            self.over()
        else:
            self._code += byte
            self._usb.write(b"\r\n=== " if byte == b"\r" else byte)


class _Raw(_Mode):
    """The raw REPL, for programs: no echo, code up to Ctrl-D, the answer between control characters."""

    def __init__(self, usb):
        self._usb = usb
        self._code = bytearray()
        self._room = None  # in the window of raw-paste mode

    def greet(self):
        """Show that this is the raw REPL."""
        self._usb.write(_RAW_BANNER)

    def over(self):
        """Show that the answer is over."""
        self._usb.write(b">")

    def swallow(self, data):
        """Take what is pasted up to the next control character or the end of the window."""
        if self._room is None:
            return 0
        plain = _PLAIN.match(data, 0, self._room - 1).end()
        self._code += data[:plain]
        self._room -= plain
        return plain

    def take(self, byte):
        """Take a sent byte."""
        if self._room is not None:
            self._take_pasted(byte)
        elif byte == b"\x04":
            self._finish()
        elif byte == b"\x02":
            self._usb.write(b"\r\n")
            self._usb.enter(_Friendly(self._usb))
        elif byte == b"\x03":
            self._code.clear()
        elif byte == b"\x01":
            if self._code + byte == _PASTE:
                self._code.clear()
                self._room = _WINDOW
                self._usb.write(b"R\x01" + _WINDOW.to_bytes(2, "little") + b"\x01")
            else:
                self._code.clear()
                self._usb.write(b"\r\n")
                self.greet()
        else:
            self._code += byte

    def _finish(self):
        code, self._code = bytes(self._code), bytearray()
        self._usb.write(b"OK")
        if code:
            self._usb.run("raw", code)
        else:
            self._usb.write(b"\r\n")
            self._usb.soft_reset(True)

    def _take_pasted(self, byte):
        if byte in (b"\x03", b"\x04"):
            code, self._code = bytes(self._code), bytearray()
            self._room = None
            self._usb.write(b"\x04")
            self._usb.run("raw", code if byte == b"\x04" else b"raise KeyboardInterrupt")
            return
        self._code += byte
        self._room -= 1
        if self._room == 0:
            self._room = _WINDOW
            self._usb.write(b"\x01")
