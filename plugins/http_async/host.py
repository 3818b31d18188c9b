"""The server's two coroutines for CPython, with the same socket calls as on a device."""

import asyncio
import ssl

from plugins.http import READ
from plugins.http.signal import TimedOut

tasks = "plugins.http_async.host_tasks"
_AGAIN = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


async def run(self, *where):
    """Serve until cancelled. OSError: the port can't be had."""
    if not self.socket:
        self.listen(*where)
    try:
        while True:
            await readable(self.socket)
            self.accept()
    finally:
        self.close()


async def send(self, conn, sock):
    """Do what the steps of a connection ask for, up to their end or until the task is cancelled."""
    steps = conn.steps
    try:
        want = steps.send(None)
        while True:
            value = None
            try:
                if want is READ:
                    while value is None:
                        await readable(sock)
                        value = receive(sock, self.site.read_bytes)
                elif isinstance(want, (bytes, bytearray, memoryview)):
                    sent = _send(sock, want)
                    while sent < len(want):
                        await writable(sock)
                        sent += _send(sock, memoryview(want)[sent:])
                else:
                    from .host_wait import wait

                    value = await wait(conn, sock, want)
            except asyncio.CancelledError:
                if conn.due is not True:
                    raise
                want = steps.throw(TimedOut())
            else:
                want = steps.send(value)
    except (StopIteration, OSError, TimedOut):
        pass
    except Exception as error:
        self.site.report(None, error)
    finally:
        steps.close()
        self.site.open_connections.remove(conn)
        sock.close()


async def readable(sock, signal=None):
    """Wait until bytes have come, or until `signal` is set."""
    if not (hasattr(sock, "pending") and sock.pending()):
        loop = asyncio.get_running_loop()
        await _ready(signal, sock, loop.add_reader, loop.remove_reader)


async def writable(sock):
    """Wait until bytes can be sent."""
    loop = asyncio.get_running_loop()
    await _ready(None, sock, loop.add_writer, loop.remove_writer)


async def _ready(signal, sock, add, remove):
    future = asyncio.get_running_loop().create_future()
    number = sock.fileno()
    add(number, _resolve, future)
    if signal:
        signal.wake = lambda: _resolve(future)
    try:
        await future
    finally:
        remove(number)


def _resolve(future):
    if not future.done():
        future.set_result(None)


def receive(sock, size):
    """The bytes that have come, b"" at their end, None when there are none yet."""
    try:
        return sock.recv(size)
    except _AGAIN:
        return None


def _send(sock, data):
    try:
        return sock.send(data)
    except _AGAIN:
        return 0
