"""NTP servers in the kernel under test: good ones, silent ones, and such that lie."""

from datagrams import LOCAL, Peer

import plugins.dns.resolver
import plugins.ntp.clock
import plugins.ntp.round
from modcore import Kernel
from modcore.ticks import ticks_diff, ticks_ms
from plugins.ntp import Ntp
from support import steps, until

NOON = 1782993600000  # 2026-07-02 12:00:00 UTC in ms since 1970
_start = ticks_ms()
plugins.ntp.round._TURN_MS = 50  # nobody wants to wait for the turns of seconds


def true_ms():
    """The time in these tests, ms since 1970."""
    return NOON + ticks_diff(ticks_ms(), _start)


def stamp(ms):
    """An NTP timestamp of ms since 1970."""
    seconds, rest = divmod(ms, 1000)
    return ((seconds + 2208988800) % (1 << 32)).to_bytes(4, "big") + (((rest << 32) + 999) // 1000).to_bytes(
        4, "big"
    )


def name_server(port):
    """Have devices look names up at this port of this machine."""
    plugins.dns.resolver._PORT = port
    plugins.dns.resolver.servers_of_network = lambda: [LOCAL]


class Server:
    """A time server, `off_ms` wrong; `first`, `stratum`, `id` as in the packet; `before`: rubbish to send."""

    def __init__(self, off_ms=0):
        self.off_ms = off_ms
        self.first = 0x24
        self.stratum = 2
        self.id = b"GPS\0"
        self.silent = False
        self.before = ()
        self.peer = Peer(self._reply, "server%d" % id(self))

    def _reply(self, message):
        if self.silent:
            return []
        now = stamp(true_ms() + self.off_ms)
        head = bytes([self.first, self.stratum, 6, 0xEC]) + b"\0\0\0\1\0\0\0\1" + self.id
        return [out for out in self.before] + [head + now + bytes(message[40:48]) + now + now]

    @property
    def count(self):
        """Count of the times it was asked."""
        return self.peer.count

    @property
    def host(self):
        """The address to write into the configuration."""
        return "%s:%d" % (LOCAL, self.peer.port)


class Device:
    """A kernel with Ntp, these servers, and a clock that is `off_ms` wrong (by default it shows 2000-01-01)."""

    def __init__(self, *servers, off_ms=946684800000 - NOON, **config):
        config.setdefault("hosts", [server.host for server in servers])
        # Long enough for a busy machine; servers that are silent cost this.
        config.setdefault("timeout_ms", 400)
        config.setdefault("retry_s", 60)
        self.off_ms = off_ms
        self.can_set = True
        self.seen = []
        self.kernel = Kernel({"ntp": config})
        self.ahead_ms = 0  # by which the uptime is put forward
        plugins.ntp.clock.now_s = self._now_s
        plugins.ntp.clock.set_s = self._set_s
        for server in servers:
            self.kernel.add(server.peer)
        self.ntp = Ntp()
        uptime_ms = self.ntp.uptime_ms
        self.ntp.uptime_ms = lambda: uptime_ms() + self.ahead_ms
        self.kernel.add(self.ntp)
        self.kernel.bus.subscribe("ntp/#", self._note)

    def _now_s(self):
        return (true_ms() + self.off_ms) // 1000

    def _set_s(self, seconds):
        if self.can_set:
            self.off_ms = seconds * 1000 - true_ms()  # the second begins with the setting
        return self.can_set

    def _note(self, topic, value):
        self.seen.append((topic[4:], value))

    def right(self):
        """Tell whether the clock shows the time of the tests."""
        return abs(self.off_ms) < 1800  # less than a turn, and what a busy machine answers late

    def get(self, id):
        """The retained value of a topic of the module."""
        return self.kernel.bus.get("ntp/" + id)

    def values(self, id):
        """All values seen on a topic."""
        return [value for seen, value in self.seen if seen == id]

    def wait(self, id, value):
        """Turn the kernel until the topic has this value."""
        self.until(lambda: self.get(id) == value)

    def until(self, condition):
        """Turn the kernel until `condition()`."""
        until(self.kernel, condition)
        steps(self.kernel)  # what is retained has to be delivered, too

    def again(self):
        """Have it ask again now, and wait until it has judged; whether it believed anybody."""
        ntp = self.ntp
        vain = ntp.vain
        self.kernel.bus.publish("$ntp/sync")
        steps(self.kernel, 1)
        self.until(lambda: not ntp.round)
        return ntp.vain <= vain

    def close(self):
        """Stop all."""
        self.kernel.stop()
