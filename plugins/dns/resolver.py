"""Resolver: finds addresses by name over UDP, without blocking, for the module that owns it."""

import socket
from os import urandom
from select import POLLIN

from .message import NoAnswer, addresses, is_address, question

_PORT = 53
_MULTICAST = ("224.0.0.251", 5353)  # whoever has a name in .local answers there: RFC 6762
_TIMEOUT_MS = 2000
_TRIES = 2  # of each server
_SIZE = 512
_MIN_KEEP_S = 60
_MAX_KEEP_S = 86400
_MAX_KEPT = 8


class Resolver:
    """Looks up one name at a time and keeps what it found, as long as the answer allows.

    module: whose timers and sockets it uses. servers: addresses of DNS servers; without, those of the network.
    kept: a dict for what it finds, to be handed to the next Resolver.
    Names in `.local` are asked for in the local network (multicast DNS), then of these servers. Where nobody names a
    server `socket.getaddrinfo` is asked, in a thread where there are threads: see system.py.

        self.resolver = Resolver(self)
        self.resolver.find("pool.ntp.org", self.on_found)      # on_found(addresses), empty: not found
    """

    def __init__(self, module, servers=None, kept=None):
        self._module = module
        self._servers = servers
        self._kept = {} if kept is None else kept  # host -> (addresses, uptime in s until which they count)
        self._done = None
        self._sock = None
        self._timer = None

    def find(self, host, done):
        """Call `done(addresses)` with the IPv4 addresses of `host`, at once when they are known.

        Addresses that are too old are still used when no server answers. A search that is under way is
        given up. ValueError: no host has that name.
        """
        self.cancel()
        if is_address(host):
            done([host])
            return
        kept = self._kept.get(host)
        if kept and self._uptime_s() < kept[1]:
            done(kept[0])
            return
        self._asked = question(int.from_bytes(urandom(2), "big"), host)
        self._host = host
        self._done = done
        servers = list(self._servers or servers_of_network())
        if host.endswith(".local"):
            self._queue = [_MULTICAST, _MULTICAST] + servers
            self._ask()
        elif servers:
            self._queue = servers * _TRIES
            self._ask()
        else:
            from .system import ask

            self._timer = ask(self._module, host, self._on_system)

    def cancel(self):
        """Give up the search that is under way; `done` is not called."""
        self._done = None
        self._close()

    def _ask(self):
        self._close()
        if not self._queue:
            self._finish([], 0)
            return
        server = self._queue.pop(0)
        try:
            self._sock = sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setblocking(False)
            if (
                server is _MULTICAST
            ):  # RFC 6762 sections 5.1 and 6.7: asked once, from any port, it is answered there
                sock.sendto(self._asked, socket.getaddrinfo(server[0], server[1])[0][-1])
            else:
                # Only what comes from there is received.
                sock.connect(socket.getaddrinfo(server, _PORT)[0][-1])
                sock.send(self._asked)
        except OSError:
            self._timer = self._module.after(_TIMEOUT_MS // 4, self._ask)
            return
        self._module.watch(sock, POLLIN, self._on_answer)
        self._timer = self._module.after(_TIMEOUT_MS, self._ask)

    def _on_answer(self, sock, events):
        try:
            message = sock.recv(_SIZE)
            found, keep_s = addresses(message, self._asked)
        except NoAnswer:
            return  # somebody else's: go on waiting
        except OSError:
            self._close()
            self._timer = self._module.after(_TIMEOUT_MS // 4, self._ask)
            return
        self._finish(found, keep_s)

    def _on_system(self, found):
        self._finish(found, _MIN_KEEP_S)

    def _finish(self, found, keep_s):
        self._close()
        if found:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            keep_s = min(max(keep_s, _MIN_KEEP_S), _MAX_KEEP_S)
            self._kept[self._host] = (found, self._uptime_s() + keep_s)
        elif self._host in self._kept:
            found = self._kept[self._host][0]
        done, self._done = self._done, None
        done(found)

    def _close(self):
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._sock:
            self._module.unwatch(self._sock)
            self._sock.close()
            self._sock = None

    def _uptime_s(self):
        return self._module.kernel.uptime_ms() // 1000


def servers_of_network():
    """The addresses of the DNS servers that the network named; an empty list when nobody knows."""
    try:
        import network
    except ImportError:
        return _configured("/etc/resolv.conf")
    try:
        _, _, gateway, server = network.WLAN(network.STA_IF).ifconfig()
    except (OSError, ValueError, AttributeError):
        return []
    # Where nobody names a server the router mostly is one.
    found = [one for one in (server, gateway, _of_any_interface(network)) if one and one != "0.0.0.0"]
    return found[:1]


def _of_any_interface(network):
    # Ethernet, for one; MicroPython has it from 1.24 on.
    try:
        return network.ipconfig("dns")
    except (OSError, ValueError, AttributeError, TypeError):
        return None


def _configured(path):
    # A PC: the same file that its own resolver reads (resolv.conf(5)).
    found = []
    try:
        with open(path) as f:
            for line in f:
                words = line.split()
                if len(words) > 1 and words[0] == "nameserver" and words[1].count(".") == 3:
                    found.append(words[1])
    except OSError:
        pass
    return found[:3]
