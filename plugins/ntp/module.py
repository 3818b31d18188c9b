"""Ntp: the module that keeps the clock right. What it needs once an hour is in the files beside."""

import plugins.ntp.clock as clock
from modcore import Module
from modcore.ticks import ticks_diff, ticks_ms

_JUMP_S = 2  # somebody has set the clock when it is off by more


class Ntp(Module):
    """Time from NTP servers. A round asks one after the other until as many agree as it takes.

    config: `hosts` (names or addresses, with `:port` if it is not 123), `resync_s`, `timeout_ms` for one
    answer, `retry_s` and `retry_max_s` after a round in vain, `agree` (servers that must say the same, as far
    as they answer), `tolerance_ms` (how nearly), `stale_s` (without an answer for so long: no longer right), `allow`
    (commands that come from outside: `sync`).
    """

    defaults = {
        "hosts": ["0.pool.ntp.org", "1.pool.ntp.org", "2.pool.ntp.org"],
        "resync_s": 3600,
        "timeout_ms": 3000,
        "retry_s": 16,
        "retry_max_s": 1024,
        "agree": 2,
        "tolerance_ms": 500,
        "stale_s": 86400,
        "allow": [],
    }
    round = None  # the Round that is under way
    timer = None  # of the next one
    begun_ms = 0  # when the uptime began, in ms of true time since 1970
    synced_ms = None  # uptime of the last comparison; None: never, or the clock has been touched since
    drift_ppm = None
    vain = 0  # rounds in vain, one after the other

    def configure(self):
        """Read the list of hosts. ValueError: one is not a host, or `allow` names something that is not a command."""
        from modcore.orders import check

        from .setup import hosts

        check(self, ("sync",))
        self.hosts = hosts(self.config["hosts"])

    def start(self):
        """Ask as soon as there is a network."""
        from .setup import start

        self._tick = ticks_ms()
        self._uptime_ms = 0
        self.kept = {}  # addresses that were looked up
        self.banned = {}  # address -> uptime in ms until which it does not want to be asked
        self.synced_ms = self.drift_ppm = None
        start(self)

    def stop(self):
        """Close what is open."""
        self.end()

    def do(self, command, value=None):
        """Carry out `sync`, ask the servers now, whatever is allowed from outside. Refused: unknown.

        kernel.modules["ntp"].do("sync")
        """
        if command != "sync":
            from modcore.orders import unknown

            raise unknown(self, command)
        self.ask()

    def ask(self):
        """Begin a round now."""
        from .round import Round

        self.end()
        self.round = Round(self)
        self.round.next()

    def end(self):
        """End the round that is under way, and do not wait for another."""
        if self.round:
            self.round.close()
            self.round = None
        if self.timer:
            self.timer.cancel()
            self.timer = None

    def on_network(self, topic, connected):
        """The network has come or gone."""
        self.end()
        self.vain = 0
        if connected:
            self.ask()

    def uptime_ms(self):
        """Milliseconds since the start; called more often than ticks wrap."""
        now = ticks_ms()
        self._uptime_ms += ticks_diff(now, self._tick)
        self._tick = now
        return self._uptime_ms

    def true_ms(self):
        """The time as it was last found and has gone on since, in ms since 1970."""
        return self.begun_ms + self.uptime_ms()

    def check(self):
        """Notice that somebody else has set the clock."""
        true_s = self.true_ms() // 1000
        if self.synced_ms is None or self.round:
            return
        off_s = clock.now_s() - true_s
        if abs(off_s) > _JUMP_S:
            self.log.warning("the clock has been set by %+d s" % off_s)
            self.synced_ms = None
            self.show("synced", False)
            self.ask()

    def show(self, id, value):
        """Set a property, unless it has the value already."""
        property = self.properties[id]
        if property.value != value:
            property.value = value
