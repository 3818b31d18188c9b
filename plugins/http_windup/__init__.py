"""The web server on fibers, without asyncio: `Server` on its own, `HttpWindup` as a module of a kernel."""

import sys
from select import POLLIN, POLLOUT

from plugins.fiber import Loop, Strand, const
from plugins.http import READ, Site, TimedOut

if sys.implementation.name == "cpython":
    from plugins.fiber.cpython import Socket
    from plugins.fiber.ticks import ticks_ms
else:
    from time import ticks_ms

    Socket = None  # MicroPython's sockets have all that is needed

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from .module import HttpWindup as HttpWindup

__version__ = "1.1.0"

_ETIMEDOUT = const(110)  # what a fiber's wait raises when its time is over, in an OSError


class Server(Loop):
    """A web server for `site`, which has contents, filters and limits: a loop in which every connection is a fiber.

    site: a plugins.http Site; without one it is made of `contents` and of limits given by name.
    tls: an SSLContext for a server.

        server = Server(contents=[web])
        server.run("0.0.0.0", 80)
    """

    port = None
    socket = None

    def __init__(self, site=None, contents=(), tls=None, **limits):
        Loop.__init__(self)
        self.site = site or Site(**limits)
        self.site.contents.extend(contents)
        self.site.driver = self.driver
        self.tls = tls

    def listen(self, host="0.0.0.0", port=80):
        """Take the port and serve as long as the server turns. OSError: it can't be had, and why.

        port: 0 takes any; `server.port` is its number.

            server.listen("0.0.0.0", 80)
            while True:
                blink()
                server.turn(10)
        """
        from plugins.http.listener import listen

        self.socket, self.port = listen(host, port)
        self.watch(self.socket, POLLIN, self.accept)

    def run(self, host="0.0.0.0", port=80):
        """Serve until Ctrl-C or `close`; blocks. OSError: the port can't be had."""
        if not self.socket:
            self.listen(host, port)
        try:
            ms = 0
            while self.socket:
                ms = self.turn(ms)
        finally:
            self.close()

    def close(self):
        """Close the port and every connection, and end what else runs in this loop."""
        if self.socket:
            self.unwatch(self.socket)
            self.socket.close()
            self.socket = None
        for conn in list(self.site.open_connections):
            conn.end()
        if self.fibers:
            self.kill()

    def accept(self, listener, events):
        """Take a connection."""
        sock = conn = None
        secure = self.tls is not None
        try:
            sock, peer = listener.accept()
            sock.setblocking(False)
            sock.setsockopt(6, 1, 1)  # IPPROTO_TCP, TCP_NODELAY: the last piece of an answer need not wait
            if secure:
                sock = self.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            conn = self.site.open(peer, secure)
            if conn:
                self.step(Link(self, conn, Socket(sock) if Socket else sock))
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

    def turn(self, wait_ms=0):
        """Let each connection that is ready go on once; see Loop.turn."""
        try:
            return Loop.turn(self, wait_ms)
        except MemoryError:
            self.site.relieve()
            self.next = ticks_ms()  # the times are looked at anew
            while self.now:
                self.ready.append(self.now.pop(0))
            return 0

    def end(self, fiber, error):
        """Keep what became of a fiber. A connection that found no memory for its end is over all the same."""
        if isinstance(error, MemoryError) and hasattr(fiber, "conn"):
            self.site.relieve()
            self.site.close(fiber.conn)
            fiber.sock.close()
            error = None
        Loop.end(self, fiber, error)

    def driver(self):
        """The runner of handlers, for plugins/http; None: nothing is needed for generators alone."""
        if Socket or "asyncio" in sys.modules:
            from .handlers import Driver

            return Driver
        return None


class Link(Strand):
    """One connection: runs `conn.steps` on its socket. It is itself what it waits for: no object per wait."""

    flags = 0  # what the poll knows
    wanted = 0  # what it waits for; 0: something else than the socket

    def __init__(self, loop, conn, sock):
        self.conn = conn
        self.sock = sock
        conn.end = self.end
        Strand.__init__(self, loop, None)

    def serve(self):
        """Do what the steps of the connection ask for, up to their end; a generator."""
        conn = self.conn
        sock = self.sock
        site = conn.site
        steps = conn.steps
        size = site.read_bytes
        first = True  # a first request is mostly there already
        try:
            want = steps.send(None)
            while True:
                value = None
                try:
                    if want is READ:
                        self.wanted = POLLIN
                        if not first:  # TLS may hold bytes that the poll can't see
                            yield None if conn.secure else self
                        first = False
                        while value is None:
                            try:
                                value = sock.read(size)
                            except MemoryError:  # or its pieces are too small
                                site.relieve()
                                size >>= 1
                                if not size:
                                    raise
                            else:
                                if value is None:
                                    yield self
                    elif isinstance(want, (bytes, bytearray, memoryview)):
                        done = sock.write(want) or 0
                        self.wanted = POLLOUT
                        while done < len(want):
                            yield self
                            done += sock.write(memoryview(want)[done:]) or 0
                    else:
                        from .wait import wait

                        self.wanted = 0
                        want = yield from wait(self, steps, want)
                        continue
                except OSError as error:
                    if error.args[0] != _ETIMEDOUT:
                        raise
                    want = steps.throw(TimedOut())
                except MemoryError as error:  # to receive, or to wait
                    want = steps.throw(error)
                else:
                    want = steps.send(value)
        except (StopIteration, OSError, TimedOut):
            pass
        except MemoryError:
            site.relieve()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a SystemExit of what has taken the connection over ends nothing else
            if not self.done:  # else it is being closed
                site.report(None, error)
        finally:
            site.close(conn)
            if self.flags:
                self.loop.unwatch(sock)
            sock.close()

    def end(self):
        """Close the socket and the connection at once; not from one of its own handlers."""
        self.loop.drop(self)

    # being waited for

    def park(self, fiber):
        """Wait for the socket, or for what calls `ready`."""
        if self.conn.due is not None:
            self.loop.limit(self, self.conn.due)
        if self.wanted and self.wanted != self.flags:
            self.flags = self.wanted
            self.loop.watch(self.sock, self.flags, self.ready)

    def unpark(self, fiber):
        """Wait no longer; the poll goes on knowing the socket."""

    def ready(self, sock=None, events=0):
        """Go on: what was waited for has come; called by the poll, and by a Signal."""
        if self.waits is self and (self.wanted or not events):
            self.loop.wake(self)
        elif events and (self.waits or self.due):  # else its turn is near
            self.flags = 0
            self.loop.unwatch(sock)


def __getattr__(name):  # a program without a kernel never loads the module
    if name == "HttpWindup":
        from .module import HttpWindup

        return HttpWindup
    raise AttributeError("plugins.http_windup has no %s; have HttpWindup Server" % name)
