"""The asyncio web server: `Server` on its own, `HttpAsync` as a module of a kernel."""

import asyncio

from plugins.http import READ, HttpError, Site, part, relieve, ticks_diff, ticks_ms

__version__ = "1.0.0"


class Server:
    """An asyncio web server for `site`, which has contents, filters and limits.

    site: a plugins.http Site; without one it is made of `contents` and of limits given by name.
    tls: an SSLContext for a server.

        server = Server(contents=[web])
        asyncio.run(server.run("0.0.0.0", 80))
    """

    port = None
    socket = None
    task = None

    def __init__(self, site=None, contents=(), tls=None, **limits):
        self.site = site or Site(**limits)
        self.site.contents.extend(contents)
        self.site.tasks = tasks
        self.tls = tls

    def listen(self, host="0.0.0.0", port=80):
        """Take the port (0: any; `server.port` is its number). OSError: it can't be had, and why."""
        self.socket, self.port = part("setup").listen(host, port)

    def close(self):
        """Close the port and every connection."""
        if self.socket:
            self.socket.close()
            self.socket = None
        for conn in list(self.site.open_connections):
            conn.end()

    def accept(self):
        """Take a connection."""
        sock = conn = None
        try:
            sock, addr = self.socket.accept()
            sock.setblocking(False)
            sock.setsockopt(6, 1, 1)  # IPPROTO_TCP, TCP_NODELAY: the last piece of an answer need not wait
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            conn = self.site.open(addr, self.tls is not None)
            if conn:
                conn.end = asyncio.create_task(self.send(conn, sock)).cancel
                if not self.task:
                    self.task = asyncio.create_task(self.poll())
                return
        except (OSError, MemoryError):  # the client has gone again, or there is no room
            pass
        if sock:
            part("refuse").refuse(self, sock, conn)

    async def poll(self):
        """End the waits whose time has passed, as long as there are connections."""
        conns = self.site.open_connections
        while conns:
            await asyncio.sleep(0.5)
            now = ticks_ms()
            for conn in list(conns):
                due = conn.due
                if due and due is not True and ticks_diff(now, due) >= 0:
                    conn.due = True  # it has passed
                    conn.end()
        self.task = None

    # These two are MicroPython's: its streams would take 500 bytes a connection. CPython's are in host.py.

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
                    relieve()
                    yield from asyncio.sleep_ms(99)
        finally:
            self.close()

    def send(self, conn, sock):
        """Do what the steps of a connection ask for, up to their end or until the task is cancelled."""
        steps = conn.steps
        size = self.site.limits[4]
        try:
            want = steps.send(None)
            while True:
                value = None
                try:
                    if want is READ:
                        while value is None:
                            yield core._io_queue.queue_read(sock)
                            try:
                                value = sock.recv(size) if not self.tls else sock.read(size)
                            except MemoryError:  # or its pieces are too small
                                relieve()
                                size >>= 1  # in the end 0, as if the client had gone
                    elif isinstance(want, (bytes, bytearray, memoryview)):
                        sent = sock.write(want) or 0
                        while sent < len(want):
                            yield core._io_queue.queue_write(sock)
                            sent += sock.write(memoryview(want)[sent:]) or 0
                    else:
                        from .wait import wait

                        value = yield from wait(conn, sock, want)
                except asyncio.CancelledError:
                    if conn.due is not True:
                        raise
                    want = steps.throw(HttpError())
                else:
                    want = steps.send(value)
        except (StopIteration, OSError, HttpError):
            pass
        except MemoryError:
            relieve()
        except Exception as error:
            self.site.report(None, error)
        finally:
            steps.close()
            self.site.open_connections.remove(conn)
            sock.close()


def __getattr__(name):  # a program without a kernel never loads the module
    if name == "HttpAsync":
        from .module import HttpAsync

        return HttpAsync
    raise AttributeError(name)


if hasattr(asyncio, "core"):
    from asyncio import core

    tasks = "plugins.http_async.tasks"
else:
    from .host import run, send, tasks

    Server.run = run
    Server.send = send
