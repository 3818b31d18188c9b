"""Power-on of the virtual board on CPython: what MicroPython has besides, and interrupts as signals."""

import os
import select
import signal
import sys
import threading
import time
import traceback

import _board

_called = threading.Lock()


def power_on():
    """Take up the wires and make this Python a bit more like a board's."""
    _board.connect(_Wire(int(os.environ["BOARD_WIRE"])), _Line(int(os.environ["BOARD_LINE"])))
    _board.nap = nap
    _board.tell = _tell
    _board.off = _off
    _board.show = _show
    _board.execute = _execute
    _interrupts(int(os.environ["BOARD_WIRE"]))
    _patch_time()
    _patch_socket()
    _patch_files()
    os.ilistdir = _ilistdir
    sys.path[:0] = ["", "lib"]
    return [name for name in ("boot.py", "main.py") if os.path.exists(name)]


def _off():
    os.kill(os.getpid(), signal.SIGKILL)


def _show(error, stream):
    traceback.print_exception(type(error), error, error.__traceback__, file=stream)


def _execute(name, namespace):
    with open(name, encoding="utf-8") as source:
        exec(compile(source.read(), name, "exec"), namespace)


def nap(ms):
    """Wait up to `ms` for an interrupt."""
    _called.acquire(timeout=ms / 1000)


class _Wire:
    def __init__(self, fd):
        self._fd = fd

    def readinto(self, buffer):
        try:
            return os.readv(self._fd, [buffer])
        except BlockingIOError:
            return None

    def write(self, data):
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            select.select([], [self._fd], [])


class _Line:
    def __init__(self, fd):
        self._in = open(fd, "rb")
        self._fd = fd
        self.readline = self._in.readline

    def write(self, data):
        os.write(self._fd, data)


def _tell(kind, index, value):
    # A buffer for all is not enough here: a signal may come between the filling and the sending.
    frame = bytes((kind, index, value, 0))
    while not _board.wire.write(frame):
        pass


def _interrupts(fd):
    """Have what comes on the wire interrupt the main thread between two bytecodes."""
    import fcntl

    signal.signal(signal.SIGIO, _interrupt)
    signal.signal(signal.SIGALRM, _interrupt)
    fcntl.fcntl(fd, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_NONBLOCK | os.O_ASYNC)
    _interrupt()


def _interrupt(*_):
    if _board._lock.locked() or _board._delivering:
        # Somebody is asking the board: a handler that asks too would wait for ever. Or frames are handed on
        # already, and whoever does that may have looked for the last time.
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        return
    _board.deliver()
    try:
        _called.release()
    except RuntimeError:  # nobody waits
        pass


def _ilistdir(folder="."):
    """Do what `mpremote fs ls` expects of os."""
    for entry in os.scandir(folder or "."):
        about = entry.stat()
        yield (entry.name, about.st_mode & 0xF000, about.st_ino, about.st_size)


def _patch_files():
    import builtins

    from _flash import opened, room

    real_open = open
    real_statvfs = os.statvfs

    def limited(file, mode="r", *more, **named):
        found = real_open(file, mode, *more, **named)
        return found if isinstance(file, int) else opened(found, mode)

    builtins.open = limited
    os.statvfs = lambda path: room(real_statvfs(path))


def _patch_time():
    period = 1 << 30

    def ticks_ms():
        return time.monotonic_ns() // 1000000 & (period - 1)

    def ticks_us():
        return time.monotonic_ns() // 1000 & (period - 1)

    def ticks_add(ticks, delta):
        return (ticks + delta) & (period - 1)

    def ticks_diff(end, start):
        return ((end - start + period // 2) & (period - 1)) - period // 2

    offset = []
    real = time.time
    real_ns = time.time_ns
    gmtime = time.gmtime

    def forget(value):
        offset.clear()

    def now():
        if not offset:
            offset.append(_board.ask("clock.offset"))
        return real() + offset[0]

    time.ticks_ms = time.ticks_cpu = ticks_ms
    time.ticks_us = ticks_us
    time.ticks_add = ticks_add
    time.ticks_diff = ticks_diff
    time.sleep_ms = lambda ms: time.sleep(ms / 1000)
    time.sleep_us = lambda us: time.sleep(us / 1000000)
    time.time = now
    time.time_ns = lambda: real_ns() + (offset[0] if offset else int(now() - real())) * 1000000000
    time.gmtime = lambda seconds=None: gmtime(now() if seconds is None else seconds)
    time.localtime = time.gmtime  # boards keep UTC
    _board.handlers[_board.CALL << 8] = forget


def _patch_socket():
    import asyncio.base_events
    import socket

    real = socket.getaddrinfo

    def getaddrinfo(host, port, *more, **named):
        host, port = _board.ask("wifi.address", host, port)
        return real(host, port, *more, **named)

    socket.getaddrinfo = getaddrinfo
    # asyncio would not look up an address in figures.
    asyncio.base_events._ipaddr_info = lambda *address: None
