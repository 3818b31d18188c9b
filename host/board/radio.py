"""The way of the packets: relays between board and PC that stall while the radio has no link."""

import asyncio
import contextlib
import ipaddress
import socket
import struct

from .datagrams import DatagramRelay
from .nameserver import NameServer
from .timeserver import TimeServer
from .world import Later

_LOCAL = "127.0.0.1"
_ANYWHERE = ("", "0.0.0.0", "::", None)
_MULTICAST = ("224.0.0.251", 5353)  # of names in .local, RFC 6762
_NAME_SERVER = ("192.168.1.1", 53)  # as the access points' routers tell
_TIME_SERVER = ("192.168.1.1", 123)  # of the same router
_SERVED = (_NAME_SERVER, _MULTICAST, _TIME_SERVER)  # by this network itself
_NAMED = "198.51.100."  # addresses of names, RFC 5737
_NO_NETWORK = -202  # what lwIP's getaddrinfo says without a link
_NOT_FOUND = -2
_NOBODY = 0  # a port on which nobody listens
_CHUNK = 16384


class Radio:
    """Relays of one board.

    names: {"broker.local": ("127.0.0.1", 1883)}: where the board finds what; a port of None stays as it is.
    outside: whether it reaches the PC's network beside these.
    """

    def __init__(self, loop, reachable, outside=True):
        self._outside = outside
        self._loop = loop
        self._reachable = reachable
        self.names = {}
        self.last_packet = 0  # when it passed, by the loop's clock
        self.connections = 0  # that are open, and all that ever sent a datagram
        self._addresses = []  # names in the order of their addresses
        self._exposed = {}  # port of the board -> (port of the PC, port that the board really listens on)
        self._relays = {}  # (host, port) -> port of the relay
        self._own = set()
        self._servers = []
        self._link = asyncio.Event()
        self._power = asyncio.Event()
        self._tasks = set()

    def look(self):
        """See again whether there is a link."""
        if self._reachable():
            self._link.set()
        else:
            self._link.clear()

    def power(self, is_on):
        """Note whether the board runs. Connections of one that is off stay silent until it is on again."""
        if is_on:
            self._power.set()
            self.look()
        else:
            self._power.clear()

    # the board's own ports

    def expose(self, port, pc_port):
        """Let what the board serves on `port` be found on the PC's `pc_port`. OSError: that one is taken."""
        outside = _listen(pc_port)
        with _bound(0) as probe:
            inside = probe.getsockname()[1]
        self._exposed[port] = (outside.getsockname()[1], inside)
        self._own.add(inside)
        self._serve(outside, lambda: asyncio.open_connection(_LOCAL, inside))
        number = outside.getsockname()[1]
        with contextlib.suppress(OSError):  # taken by somebody's datagrams: streams only
            datagrams = _bound(number, socket.SOCK_DGRAM)
            self._start(self._relay_datagrams(datagrams, _LOCAL, inside))
        return number

    # asked by the board

    def route(self, host, port):
        """Return the address on the PC behind `host` and `port`, or a Later for it."""
        if host in _ANYWHERE or host == _LOCAL:
            if port in self._exposed:
                return (_LOCAL, self._exposed[port][1])
            if not self._outside and port and port not in self._own:
                with _bound(0) as probe:  # a port of the PC's that nobody has asked for
                    self._exposed[port] = (0, probe.getsockname()[1])
                self._own.add(self._exposed[port][1])
                return (_LOCAL, self._exposed[port][1])
            if host != _LOCAL or port in self._own:
                return (host or "0.0.0.0", port)
        if (host, port) in _SERVED:
            return self._relay(host, port)
        if host in self.names and not _is_address(host) and port in (0, 53):
            return (self.address(host), port)  # who asks so wants to know the address, and to use it later
        host = self._host_of(host)
        if host in self.names:
            target, target_port = self.names[host]
            return self._relay(target, target_port or port)
        if _is_address(host):
            return self._relay(host, port) if self._outside else self._relay(_LOCAL, _NOBODY)
        if not self._reachable():
            raise OSError(_NO_NETWORK)
        later = Later()
        self._start(self._look_up(later, host, port))
        return later

    def address(self, host):
        """Return the address that stands for a name of this world, or None."""
        if host not in self.names:
            return None
        if host not in self._addresses:
            self._addresses.append(host)
        return _NAMED + str(self._addresses.index(host) + 1)

    def _host_of(self, address):
        number = str(address).partition(_NAMED)[2]
        if number.isdigit() and 0 < int(number) <= len(self._addresses):
            return self._addresses[int(number) - 1]
        return address

    async def _look_up(self, later, host, port):
        try:
            if not self._outside:
                raise OSError(_NOT_FOUND)
            found = await self._loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            later.fail(OSError(_NOT_FOUND))
        else:
            later.done(self._relay(found[0][4][0], port))

    def _relay(self, host, port):
        if (host, port) in _SERVED and (host, port) not in self._relays:
            datagrams = _bound(0, socket.SOCK_DGRAM)
            number = self._relays[host, port] = datagrams.getsockname()[1]
            self._own.add(number)
            self._start(self._serve_datagrams(datagrams, self._server(host, port)))
        if (host, port) not in self._relays:
            stream = _listen(0)
            number = stream.getsockname()[1]
            self._serve(stream, lambda: asyncio.open_connection(host, port))
            with contextlib.suppress(OSError):
                datagrams = _bound(number, socket.SOCK_DGRAM) if port != _NOBODY else None
                if datagrams:
                    self._start(self._relay_datagrams(datagrams, host, port))
            self._relays[host, port] = number
            self._own.add(number)
        return (_LOCAL, self._relays[host, port])

    # streams

    def _serve(self, sock, connect):
        async def meet(reader, writer):
            await self._link.wait()
            self.last_packet = self._loop.time()
            try:
                far_reader, far_writer = await connect()
            except OSError:
                _reset(writer)
                return
            await self._join(reader, writer, far_reader, far_writer)

        async def listen():
            self._servers.append(await asyncio.start_server(self._tracked(meet), sock=sock))

        self._start(listen())

    def _tracked(self, meet):
        # A task of ours, which `close` can end; start_server's own would be out of reach.
        def met(reader, writer):
            self._start(meet(reader, writer))

        return met

    async def _join(self, reader, writer, far_reader, far_writer):
        self.connections += 1
        ways = [
            asyncio.ensure_future(self._pump(reader, far_writer)),
            asyncio.ensure_future(self._pump(far_reader, writer)),
        ]
        try:
            await asyncio.gather(*ways)
            writer.close()
            far_writer.close()
        except OSError:
            # A board that went off says nothing more, until it is on again and does not know the connection.
            await self._power.wait()
            _reset(writer)
            _reset(far_writer)
        finally:
            self.connections -= 1
            for way in ways:
                way.cancel()
            writer.transport.abort()
            far_writer.transport.abort()

    async def _pump(self, reader, writer):
        while True:
            data = await reader.read(_CHUNK)
            if not data and not self._power.is_set():
                raise ConnectionResetError
            await self._link.wait()
            self.last_packet = self._loop.time()
            if not data:
                break
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            with contextlib.suppress(OSError):
                writer.write_eof()

    # datagrams

    async def _relay_datagrams(self, sock, host, port):
        self.connections += 1
        sock.setblocking(False)
        transport, _ = await self._loop.create_datagram_endpoint(
            lambda: DatagramRelay(self._loop, host, port, self._passes), sock=sock
        )
        self._servers.append(transport)

    def _passes(self):
        self.last_packet = self._loop.time()
        return self._link.is_set()

    def _server(self, host, port):
        if (host, port) == _TIME_SERVER:
            return lambda: TimeServer(self._link)
        # Multicast DNS: whoever is called so answers, nobody else does.
        only = ".local" if host == _MULTICAST[0] else ""
        return lambda: NameServer(self.address, self._link, self._outside, only)

    async def _serve_datagrams(self, sock, server):
        sock.setblocking(False)
        transport, _ = await self._loop.create_datagram_endpoint(server, sock=sock)
        self._servers.append(transport)

    # end

    def _start(self, coroutine):
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task):
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # seen: a relay's failure is its peers' business only

    async def close(self):
        """End all connections and listen no longer."""
        for server in self._servers:
            server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Direct:
    """No relays: the board listens on the PC's ports itself and never loses its link."""

    last_packet = connections = 0

    def __init__(self):
        self.names = {}
        self._exposed = {}

    def look(self):
        """There is nothing to see."""

    def power(self, is_on):
        """There is nothing to note."""

    def expose(self, port, pc_port):
        """Have the board listen on the PC's `pc_port` instead of on `port`. OSError: that one is taken."""
        with _bound(pc_port) as probe:
            pc_port = probe.getsockname()[1]
        self._exposed[port] = pc_port
        return pc_port

    def route(self, host, port):
        """Return the address on the PC behind `host` and `port`."""
        if (host in _ANYWHERE or host == _LOCAL) and port in self._exposed:
            return (_LOCAL, self._exposed[port])
        target, target_port = self.names.get(host, (host, None))
        return (target, target_port or port)

    async def close(self):
        """There is nothing to end."""


def _bound(port, kind=socket.SOCK_STREAM):
    sock = socket.socket(socket.AF_INET, kind)
    try:
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((_LOCAL, port))
    except OSError:
        sock.close()
        raise
    return sock


def _listen(port):
    sock = _bound(port)
    try:
        sock.listen(64)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock


def _reset(writer):
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _is_address(host):
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
