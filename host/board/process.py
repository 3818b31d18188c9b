"""One run of the interpreter: a process with a wire, a line, and its input and output."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import deque

from .world import Later

_PATIENCE_S = 2.0  # that a program has to notice Ctrl-C by itself; of the processor's time, while it works
_CALL, _CTRL_C = 67, 2


class Process:
    """The interpreter's process, and what comes out of it.

    loop: the asyncio loop that all callbacks run in. owner: has `on_frame(kind, index, value)`,
    `on_request(words)`, whose result or exception is the answer, `on_output(bytes)` and `on_exit(status)`.
    """

    def __init__(self, loop, owner):
        self._loop = loop
        self._owner = owner
        self._frames = deque()  # that the full wire has not taken yet
        self._received = bytearray()
        self._waiting = None  # the request whose answer comes later
        self._heard = False
        self._interrupted = None  # the timer that insists, while the program has not noticed Ctrl-C
        self._open = False
        self._popen = None

    def start(self, command, environment, folder):
        """Run `command` (a list) in `folder`. OSError: it can't be run."""
        self._wire, wire = socket.socketpair()
        self._line, line = socket.socketpair()
        wire.setblocking(False)
        self._wire.setblocking(False)
        environment = dict(
            os.environ, **environment, BOARD_WIRE=str(wire.fileno()), BOARD_LINE=str(line.fileno()), TZ="UTC"
        )
        try:
            self._popen = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(wire.fileno(), line.fileno()),
                start_new_session=True,
                bufsize=0,
            )
        except OSError:
            self._wire.close()
            self._line.close()
            raise
        finally:
            wire.close()
            line.close()
        os.set_blocking(self._popen.stdout.fileno(), False)
        os.set_blocking(self._popen.stdin.fileno(), False)
        self._open = True
        self._loop.add_reader(self._wire, self._read_wire)
        self._loop.add_reader(self._line, self._read_line)
        self._loop.add_reader(self._popen.stdout, self._read_output)
        threading.Thread(target=self._wait, daemon=True).start()

    # towards the process

    def frame(self, kind, index, value):
        """Send a frame; none is lost while the process does not read."""
        self._frames.append(bytes((kind, index, value, 0)))
        if len(self._frames) == 1:
            self._write_wire()

    def _write_wire(self):
        # A frame at a time: it goes whole or not at all.
        while self._frames and self._open:
            try:
                self._wire.send(self._frames[0])
            except BlockingIOError:
                self._loop.add_writer(self._wire, self._write_wire)
                return
            except OSError:
                self._frames.clear()
                return
            self._frames.popleft()
        if self._open:
            self._loop.remove_writer(self._wire)

    def input(self, data):
        """Give the program something to read on its standard input, as far as it takes it."""
        with contextlib.suppress(OSError):
            os.write(self._popen.stdin.fileno(), data)

    def interrupt(self):
        """Have KeyboardInterrupt raised in the program."""
        if not self._interrupted and self._open:
            self.frame(_CALL, _CTRL_C, 1)
            self._used_s = self._usage()[1]
            self._interrupted = self._loop.call_later(_PATIENCE_S, self._insist)

    def _usage(self):
        # Whether it works, or wants to, and the processor's time that it has taken; (False, 0) where nobody tells.
        try:
            with open("/proc/{}/stat".format(self._popen.pid)) as file:
                fields = file.read().rpartition(")")[2].split()
            return fields[0] == "R", (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError):
            return False, 0

    def _insist(self):
        works, used_s = self._usage()
        if works and used_s - self._used_s < _PATIENCE_S:  # a busy PC has not let it come so far
            self._interrupted = self._loop.call_later(_PATIENCE_S / 4, self._insist)
            return
        # It looks at no interrupts: a signal gets through to it, at the risk that it hits MicroPython inside of
        # its allocator. Before the program has said a word, the signal would only end it.
        self._drain_wire()
        if not self._interrupted:  # it has noticed by now
            return
        self._interrupted = None
        if self._open and self._heard:
            with contextlib.suppress(ProcessLookupError):
                self._popen.send_signal(signal.SIGINT)
                self.frame(_CALL, _CTRL_C, 0)  # once is enough

    def _noticed(self):
        if self._interrupted:
            self._interrupted.cancel()
            self._interrupted = None

    def kill(self):
        """Cut the power."""
        if self._popen and self._popen.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)

    # from the process

    def _read_wire(self):
        try:
            data = self._wire.recv(4096)
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._wire)
        self._take_frames(data)

    def _drain_wire(self):
        with contextlib.suppress(OSError):
            while True:
                data = self._wire.recv(4096)
                self._take_frames(data)
                if len(data) < 4096:
                    break

    def _take_frames(self, data):
        for i in range(0, len(data) - 3, 4):
            if data[i] == _CALL and data[i + 1] == _CTRL_C:
                self._noticed()
            else:
                self._owner.on_frame(data[i], data[i + 1], data[i + 2])

    def _read_line(self):
        self._heard = True
        # What the program did to its pins before it asked comes first.
        if self._open:
            self._drain_wire()
        try:
            data = self._line.recv(65536)
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._line)
            return
        self._received += data
        while b"\n" in self._received:
            line, _, self._received = self._received.partition(b"\n")
            if line:
                self._request(line)

    def _request(self, line):
        try:
            words = json.loads(line)
        except ValueError:
            return  # cut short by Ctrl-C; the program asks to get back in step
        if words[0] == "sync":
            self._waiting = None
            self._send(b'["sync", %d]\n' % words[1])
            return
        try:
            value = self._owner.on_request(words)
        except Exception as error:
            self._fail(error)
            return
        if isinstance(value, Later):
            self._waiting = value
            value.done = lambda found: self._finish(value, self.answer, found)
            value.fail = lambda error: self._finish(value, self._fail, error)
        else:
            self.answer(value)

    def _finish(self, later, answer, value):
        if self._waiting is later:
            self._waiting = None
            answer(value)

    def answer(self, value):
        """Answer the request."""
        self._send(json.dumps([value]).encode() + b"\n")

    def _fail(self, error):
        kind = "OSError" if isinstance(error, OSError) else "ValueError"
        argument = error.args[0] if error.args else ""
        self._send(json.dumps([None, kind, argument]).encode() + b"\n")

    def _send(self, data):
        with contextlib.suppress(OSError):
            self._line.sendall(data)

    def _read_output(self):
        try:
            data = os.read(self._popen.stdout.fileno(), 65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._owner.on_output(data)
        elif self._open:
            self._loop.remove_reader(self._popen.stdout)

    def drain_output(self):
        """Take what the program has written before now."""
        for _ in range(64):
            try:
                data = os.read(self._popen.stdout.fileno(), 65536)
            except OSError:
                return
            if not data:
                return
            self._owner.on_output(data)

    def _wait(self):
        status = self._popen.wait()
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._ended, status)

    def _ended(self, status):
        if not self._open:
            return
        self.drain_output()
        self.close()
        self._owner.on_exit(status)

    def close(self):
        """Let go of all descriptors."""
        if not self._open:
            return
        self._open = False
        self._noticed()
        for stream in (self._wire, self._line, self._popen.stdout):
            self._loop.remove_reader(stream)
        self._loop.remove_writer(self._wire)
        for stream in (self._wire, self._line, self._popen.stdout, self._popen.stdin):
            with contextlib.suppress(OSError):
                stream.close()


def new_loop():
    """Return an asyncio loop that can also read terminals, which not every system's selector can."""
    import selectors

    # macOS polls no terminals, but selects them.
    kind = selectors.SelectSelector if sys.platform == "darwin" else selectors.PollSelector
    return asyncio.SelectorEventLoop(kind())
