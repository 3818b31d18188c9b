"""A board on its serial port, by way of mpremote: run code there, write files, look at what is there."""

import base64
import contextlib
import hashlib
import io
import json
import termios
import time

from .show import Fail

_PIECE = 1536  # bytes that travel at once
_TRIES = 3
_PATIENCE_S = 5
_RESTART_S = 2
_GONE = (OSError, termios.error)  # what a serial port raises that is pulled out

_SURVEY = """
import sys, os, json, gc
def _ok(p):
    try:
        os.stat(p)
        return True
    except OSError:
        return False
_lib = [p for p in sys.path if ('/' + p)[-4:] == '/lib' and p[:4] != '/rom']
_lib = _lib[0] if _lib else '/lib'
if _lib[0] != '/':
    _lib = os.getcwd() + '/' + _lib
_have = {}
try:
    for _n in os.listdir(_lib + '/plugins'):
        try:
            with open(_lib + '/plugins/' + _n + '/plugin.json') as _f:
                _m = json.load(_f)
            _have[_n] = {k: _m.get(k) for k in ('version', 'requires', 'minimum')}
        except (OSError, ValueError):
            pass
except OSError:
    pass
_libs = {}
for _d in %r:
    _p = _d.replace('.', '/')
    _libs[_d] = any([_ok(p + '/' + _p + t) for p in sys.path if p[:1] != '.' for t in ('.py', '.mpy', '/__init__.mpy')])
    if not _libs[_d]:
        try:
            __import__(_d)
            _libs[_d] = True
        except ImportError:
            pass
try:
    import modcore
    _version = modcore.__version__
except (ImportError, AttributeError):
    _version = None
try:
    _s = os.statvfs(_lib if _ok(_lib) else '/')
    _disk = _s[0] * _s[4]
except (OSError, AttributeError):
    _disk = None
gc.collect()
print(json.dumps({'lib': _lib, 'mpy': getattr(sys.implementation, '_mpy', 0) & 0xFF, 'modcore': _version,
    'plugins': _have, 'libraries': _libs, 'heap': gc.mem_free() if hasattr(gc, 'mem_free') else None, 'disk': _disk,
    'python': sys.implementation.name}))
"""

_HASH = """
import hashlib, json, binascii
def _h(p):
    try:
        with open(p, 'rb') as f:
            h = hashlib.sha256()
            b = memoryview(bytearray(512))
            while True:
                n = f.readinto(b)
                if not n:
                    return str(binascii.hexlify(h.digest()), 'ascii')
                h.update(b[:n])
    except OSError:
        return None
"""

_WRITE = """
from binascii import a2b_base64
def _w(p, m, s):
    if m == 'wb':
        _mkdir(p)
    with open(p, m) as f:
        f.write(a2b_base64(s))
"""

_FOLDERS = """
import os
def _mkdir(p):
    i = p.find('/', 1)
    while i > 0:
        try:
            os.mkdir(p[:i])
        except OSError:
            pass
        i = p.find('/', i + 1)
def _rm(p):
    try:
        if os.stat(p)[0] & 0x4000:
            for n in os.listdir(p):
                _rm(p + '/' + n)
            os.rmdir(p)
        else:
            os.remove(p)
    except OSError:
        pass
"""


class Usb:
    """The board on `port`, in its raw REPL; what ran there is stopped. `close` starts it again.

    with Usb("/dev/ttyACM0") as board:
        board.survey()["modcore"]
    """

    def __init__(self, port):
        from mpremote.transport import TransportError
        from mpremote.transport_serial import SerialTransport

        self._error = TransportError
        self.port = port
        try:
            self._transport = SerialTransport(port, baudrate=115200)
        except (TransportError, OSError) as error:
            raise Fail("{}; is it plugged in, and used by no other program?".format(error)) from None
        # Without it a pseudo-terminal that is silent would never be given up.
        self._transport.serial.timeout = 1
        self._known = set()
        self._left = False
        self._seen = b""
        for _ in range(_TRIES):
            # What mpremote prints of a failure is not for people.
            with contextlib.suppress(TransportError, *_GONE), contextlib.redirect_stdout(io.StringIO()):
                self._interrupt()
                self._transport.enter_raw_repl(timeout_overall=_PATIENCE_S)
                return
        with contextlib.suppress(*_GONE):
            self._transport.close()
        raise Fail("{}: no MicroPython answers there; press its reset button and try again".format(port))

    def _interrupt(self):
        # A program that is just starting may not hear the first one.
        for _ in range(2):
            self._transport.serial.write(b"\r\x03")
            time.sleep(0.1)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def exec(self, code):
        """Run code; returns what it prints. Fail: it raised."""
        from mpremote.transport import TransportExecError

        try:
            return self._transport.exec(code).decode("utf-8", "replace")
        except TransportExecError as error:
            lines = error.error_output.strip().splitlines() or ["it failed"]
            raise Fail("the board says: {}".format(lines[-1])) from None
        except (self._error, *_GONE) as error:
            raise Fail("{}: the board went away: {}".format(self.port, error)) from None

    def ask(self, code):
        """Run code that prints JSON; returns its value."""
        try:
            return json.loads(self.exec(code).strip().splitlines()[-1])
        except (ValueError, IndexError):
            raise Fail(
                "{}: the board's answer makes no sense; reset it and try again".format(self.port)
            ) from None

    def survey(self, libraries=()):
        """Look what is there: lib (folder), mpy (bytecode version), modcore (version), plugins, free heap and disk.

        libraries: names of packages of the MicroPython library to look for.
        """
        return self.ask(_SURVEY % (list(libraries),))

    def hashes(self, paths):
        """{path: SHA-256 in hexadecimal, or None where there is no file}."""
        self._load("hash", _HASH)
        found = {}
        paths = list(paths)
        for i in range(0, len(paths), 16):
            found.update(self.ask("print(json.dumps({{p: _h(p) for p in {!r}}}))".format(paths[i : i + 16])))
        return found

    def stage(self, files, told=None, rubbish=()):
        """Write files as `write` does; when that fails remove what got there, and the folders `rubbish`, and Fail."""
        try:
            self.write(files, told)
        except Fail:
            with contextlib.suppress(Fail):  # the board may be gone
                self.remove(*(rubbish or files))
            raise

    def write(self, files, told=None):
        """Write files, {path: bytes}, their folders too, and check what is there then.

        told(bytes, path): called on the way. Fail: the board did not keep them.
        """
        self._load("folders", _FOLDERS)
        self._load("write", _WRITE)
        done = 0
        # Each exchange with the board costs more than the bytes in it: small files go together.
        pieces, room = [], _PIECE
        for path in sorted(files):
            data = files[path]
            for start in range(0, max(1, len(data)), _PIECE):
                piece = data[start : start + _PIECE]
                if len(piece) > room:
                    self.exec("\n".join(pieces))
                    pieces, room = [], _PIECE
                mode = "ab" if start else "wb"
                text = base64.b64encode(piece).decode()
                pieces.append("_w({!r},{!r},{!r})".format(path, mode, text))
                room -= len(piece) + 64
                done += len(piece)
                if told:
                    told(done, path)
        if pieces:
            self.exec("\n".join(pieces))
        there = self.hashes(files)
        for path in files:
            if there[path] != hashlib.sha256(files[path]).hexdigest():
                raise Fail("{}: the board has not kept what was written; is its disk full?".format(path))

    def remove(self, *paths):
        """Remove files, and folders with all that is in them."""
        self._load("folders", _FOLDERS)
        for path in paths:
            self.exec("_rm({!r})".format(path))

    def rename(self, old, new):
        """Rename a file or folder, making the folders above its new name."""
        self._load("folders", _FOLDERS)
        self.exec("_mkdir({1!r})\nos.rename({0!r}, {1!r})".format(old, new))

    def read(self, path):
        """The bytes of a file, or None."""
        try:
            return bytes(self._transport.fs_readfile(path))
        except (self._error, *_GONE):
            return None

    def close(self):
        """Leave the board; its program starts, unless `restart` has done that."""
        try:
            if not self._left:
                self.restart()
        except Fail:
            pass
        finally:
            with contextlib.suppress(*_GONE):
                self._transport.close()

    def leave(self):
        """Leave the board at its prompt, for whoever has more to do there. Fail: the board went away."""
        self._left = True
        try:
            self._transport.exit_raw_repl()
        except (self._error, *_GONE) as error:
            raise Fail("{}: the board went away: {}".format(self.port, error)) from None

    def restart(self):
        """Leave the raw REPL and start the program anew; nothing can be run then. Fail: the board went away."""
        self._left = True
        serial = self._transport.serial
        try:
            self._transport.exit_raw_repl()
            serial.write(b"\x04")
            end = time.monotonic() + _RESTART_S
            # The board has heard Ctrl-D when it says so.
            while b"soft reboot" not in self._seen and time.monotonic() < end:
                self._listen()
        except (self._error, *_GONE) as error:
            raise Fail("{}: the board went away: {}".format(self.port, error)) from None

    def _listen(self):
        serial = self._transport.serial
        waiting = serial.inWaiting()
        if waiting:
            self._seen += serial.read(waiting)
        else:
            time.sleep(0.02)

    def lines(self, end):
        """Yield what the program prints after `restart`, line by line, until the moment `end` (time.monotonic)."""
        try:
            while time.monotonic() < end:
                line, newline, rest = self._seen.partition(b"\n")
                if newline:
                    self._seen = rest
                    yield line.decode("utf-8", "replace").rstrip("\r")
                else:
                    self._listen()
        except (self._error, *_GONE) as error:
            raise Fail("{}: the board went away: {}".format(self.port, error)) from None

    def _load(self, name, code):
        if name not in self._known:
            self.exec(code)
            self._known.add(name)
