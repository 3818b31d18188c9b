"""The asyncio web server: `Server` on its own, `HttpAsync` as a module of a kernel."""

import asyncio

from plugins.http import READ, Site, TimedOut

__version__ = "1.1.0"

# This is written for MicroPython's asyncio, whose streams would take 500 bytes a connection: what waits is a
# generator that yields after it has put itself into a queue of `core`. cpython.py gives CPython the same calls.
if hasattr(asyncio, "core"):
    from asyncio import core
    from time import ticks_diff, ticks_ms

    CPYTHON = False
else:
    from plugins.http.ticks import ticks_diff, ticks_ms

    from .cpython import core

    CPYTHON = True

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .module import HttpAsync as HttpAsync

_WATCH_S = 0.5  # between two looks at what has taken too long


class Server:
    """An asyncio web server for `site`, which has contents, filters and limits.

    site: a plugins.http Site; without one it is made of `contents` and of limits given by name.
    tls: an SSLContext for a server.

        server = Server(contents=[web])
        asyncio.run(server.run("0.0.0.0", 80))
    """

    port = None
    socket = None
    _watcher = None  # the task that watches the time of all connections

    def __init__(self, site=None, contents=(), tls=None, **limits):
        self.site = site or Site(**limits)
        self.site.contents.extend(contents)
        self.site.driver = self.driver
        self.tls = tls

    def listen(self, host="0.0.0.0", port=80):
        """Take the port (0: any; `server.port` is its number). OSError: it can't be had, and why."""
        from plugins.http.listener import listen

        if not CPYTHON and not hasattr(core._io_queue, "guard"):  # as a kernel has done
            from .guard import Guard

            Guard(core._io_queue)
        self.socket, self.port = listen(host, port)

    def close(self):
        """Close the port and every connection."""
        if self.socket:
            self.socket.close()
            self.socket = None
        for conn in list(self.site.open_connections):
            conn.end()

    def run(self, *where):
        """Serve until cancelled: `await server.run(host, port)`. OSError: the port can't be had."""
        if not self.socket:
            self.listen(*where)
        try:
            while True:
                try:
                    yield core._io_queue.queue_read(self.socket)
                    self.accept()
                except MemoryError:
                    self.site.relieve()
                    yield from core.sleep_ms(99)
        finally:
            self.close()

    def accept(self):
        """Take a connection."""
        sock = conn = None
        secure = self.tls is not None
        try:
            if not self._watcher:
                self._watcher = asyncio.create_task(self._watch())
            sock, peer = self.socket.accept()
            sock.setblocking(False)
            sock.setsockopt(6, 1, 1)  # IPPROTO_TCP, TCP_NODELAY: the last piece of an answer need not wait
            if secure:
                sock = self.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            conn = self.site.open(peer, secure)
            if conn:
                serving = self._serve(conn, core.Socket(sock) if CPYTHON else sock)
                conn.end = asyncio.create_task(core.coroutine(serving) if CPYTHON else serving).cancel
                return
        except OSError:  # the client has gone again
            pass
        except MemoryError:
            self.site.relieve()
        if conn:
            self.site.close(conn)
        if sock:
            try:
                from plugins.http.listener import refuse

                refuse(self.site, sock, secure)
            except MemoryError:  # not even for that
                sock.close()
                self.site.relieve()

    async def _watch(self):
        """End the waits whose time has passed, as long as there are connections."""
        conns = self.site.open_connections
        try:
            while conns:
                await asyncio.sleep(_WATCH_S)
                now = ticks_ms()
                for conn in conns:
                    due = conn.due
                    if due and due is not True and ticks_diff(now, due) >= 0:
                        conn.due = True  # it has passed
                        try:
                            conn.end()
                        except MemoryError:
                            conn.due = due
                            self.site.relieve()
        finally:
            self._watcher = None  # the next connection brings another, whatever has ended this one

    def _serve(self, conn, sock):
        """Do what the steps of a connection ask for, up to their end or until the task is cancelled."""
        steps = conn.steps
        size = self.site.read_bytes
        receive = sock.read if self.tls else sock.recv
        try:
            want = steps.send(None)
            while True:
                value = None
                try:
                    if want is READ:
                        while value is None:
                            yield core._io_queue.queue_read(sock)
                            try:
                                value = receive(size)
                            except MemoryError:  # or its pieces are too small
                                self.site.relieve()
                                size >>= 1
                                if not size:
                                    raise
                    elif isinstance(want, (bytes, bytearray, memoryview)):
                        sent = sock.write(want) or 0
                        while sent < len(want):
                            yield core._io_queue.queue_write(sock)
                            sent += sock.write(memoryview(want)[sent:]) or 0
                    else:
                        from .wait import wait

                        value = yield from wait(self, conn, sock, want)
                except asyncio.CancelledError:
                    if conn.due is not True:
                        raise
                    want = steps.throw(TimedOut())
                # No memory to receive or to wait, or a handler has yielded what nobody can wait for.
                except (MemoryError, TypeError) as error:
                    want = steps.throw(error)
                else:
                    want = steps.send(value)
        except (StopIteration, OSError, TimedOut):
            pass
        except MemoryError:
            self.site.relieve()
        except (KeyboardInterrupt, asyncio.CancelledError):
            raise
        except BaseException as error:  # a SystemExit of what has taken the connection over ends nothing else
            self.site.report(None, error)
        finally:
            self.site.close(conn)
            sock.close()

    def driver(self):
        """The runner of async handlers, for plugins/http."""
        if CPYTHON:
            from .cpython import Driver
        else:
            from .handlers import Driver
        return Driver


if CPYTHON:
    Server.run = core.awaitable(Server.run)


def __getattr__(name):  # a program without a kernel never loads the module
    if name == "HttpAsync":
        from .module import HttpAsync

        return HttpAsync
    raise AttributeError("plugins.http_async has no %s; have HttpAsync Server" % name)
