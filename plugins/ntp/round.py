"""Round: asks servers until enough of them agree, then sets the clock."""

import socket
from os import urandom
from random import getrandbits
from select import POLLIN

import plugins.ntp.clock as clock
from modcore.ticks import const, ticks_diff, ticks_ms
from plugins.dns.resolver import Resolver

from .packet import KissOfDeath, Rejected, Spurious, read, request

_MAX_ASKED = const(6)  # servers in one round
_STEP_MS = const(50)  # below this the clock is left alone
_TURN_MS = 1000  # the clock takes whole seconds: it is set just after the turn of one
_LATE_MS = const(20)
_DRIFT_PPM = const(100)  # a crystal is not worse, so far may the time be from what is expected
_DRIFT_MIN_MS = const(600000)  # over less time the way of the packets tells more than the crystal
_RATE_MS = const(3600000)
_BANNED_MS = const(86400000)


class Round:
    """One round; ntp: whose configuration, properties, timers and sockets it uses."""

    def __init__(self, ntp):
        self._ntp = ntp
        self._resolver = Resolver(ntp, kept=ntp.kept)
        turn = getrandbits(8) % len(ntp.hosts)  # another one goes first each time
        self._queue = ntp.hosts[turn:] + ntp.hosts[:turn]
        self._asked = []  # addresses
        self._samples = []  # [(when the uptime began by true time, ms on the way, address)]
        self._reason = "no server answers"
        self._sock = self._timer = None

    def close(self):
        """End it."""
        self._resolver.cancel()
        self._close()

    def _close(self):
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._sock:
            self._ntp.unwatch(self._sock)
            self._sock.close()
            self._sock = None

    def _soon(self, ms=0):
        self._timer = self._ntp.after(ms, self.next)

    def next(self):
        """Ask the next server, or end the round."""
        self._close()
        if self._queue and len(self._asked) < _MAX_ASKED:
            self._host, self._port = self._queue.pop(0)
            self._resolver.find(self._host, self._found)
        elif len(self._samples) == 1 and self._ntp.synced_ms is None:
            self._accept(self._samples[0])  # better than no time
        elif len(self._samples) == 1 and len(self._asked) == 1:
            # It is all there is, and it contradicts our clock: let it say so twice.
            self._asked.append(None)
            self._ask(self._asked[0])
        else:
            self._failed()

    def _found(self, addresses):
        if addresses:
            # The others of a name like pool.ntp.org come last.
            self._queue.extend([(address, self._port) for address in addresses[1:]])
            address = (addresses[0], self._port)
            if address not in self._asked and self._ntp.banned.get(address, 0) <= self._ntp.uptime_ms():
                self._asked.append(address)
                self._ask(address)
                return
        elif not self._asked:
            self._reason = "no address found for " + self._host
        self._soon()

    def _ask(self, address):
        self._address = address
        self._cookie = urandom(8)
        try:
            self._sock = sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setblocking(False)
            # From now on only what comes from there is received.
            sock.connect(socket.getaddrinfo(address[0], address[1])[0][-1])
            self._sent = ticks_ms()
            sock.send(request(self._cookie))
        except OSError as error:
            self._reason = "no network: %s" % error
            self._close()
            self._soon()
            return
        self._ntp.watch(sock, POLLIN, self._on_answer)
        self._soon(self._ntp.config["timeout_ms"])

    def _on_answer(self, sock, events):
        trip_ms = ticks_diff(ticks_ms(), self._sent)
        try:
            now_ms, way_ms, _ = read(sock.recv(128), self._cookie, trip_ms)
        except Spurious:
            return  # the right one may still come
        except Rejected as error:
            self._reason = "%s %s" % (self._address[0], error)
            self._ntp.log.info(self._reason)
            if isinstance(error, KissOfDeath):
                ban_ms = _RATE_MS if error.code == "RATE" else _BANNED_MS
                self._ntp.banned[self._address] = self._ntp.uptime_ms() + ban_ms
        except OSError as error:
            self._reason = "%s does not answer: %s" % (self._address[0], error)
        else:
            self._samples.append((now_ms - self._ntp.uptime_ms(), way_ms, self._address))
            if self._judge():
                return
        self._close()
        self._soon()

    def _judge(self):
        """Tell whether the newest sample is good enough to end the round."""
        ntp = self._ntp
        sample = self._samples[-1]
        if ntp.synced_ms is not None:
            elapsed_s = (ntp.uptime_ms() - ntp.synced_ms) // 1000
            expected_ms = 1000 + sample[1] // 2 + elapsed_s * _DRIFT_PPM // 1000
            if abs(sample[0] - ntp.begun_ms) <= expected_ms:
                self._accept(sample)
                return True
        near_ms = ntp.config["tolerance_ms"]
        same = [s for s in self._samples if abs(s[0] - sample[0]) <= near_ms + (s[1] + sample[1]) // 2]
        wanted = ntp.config["agree"]
        if ntp.synced_ms is None:
            wanted = min(wanted, len(self._asked) + len(self._queue))
        if len(same) < wanted:
            return False
        self._accept(min(same, key=lambda s: s[1]))  # the shortest way is the most exact
        return True

    # the end

    def _failed(self):
        ntp = self._ntp
        config = ntp.config
        if len(self._samples) > 1:
            first = self._samples[0][0]
            told = ["%s %+d s" % (s[2][0], (s[0] - first + 500) // 1000) for s in self._samples]
            self._reason = "the servers disagree: " + ", ".join(told)
        ntp.show("error", self._reason)
        if ntp.synced_ms is not None and ntp.uptime_ms() - ntp.synced_ms > config["stale_s"] * 1000:
            ntp.show("synced", False)
            ntp.synced_ms = None
        delay_s = min(config["retry_s"] * (1 << min(ntp.vain, 16)), config["retry_max_s"])
        ntp.vain += 1
        ntp.log.info("%s; again in %s s" % (self._reason, delay_s))
        self._again(delay_s)
        ntp.round = None

    def _again(self, delay_s):
        # Devices that start together should not ask together: up to an eighth more.
        delay_ms = max(1000, int(delay_s * 1000))
        self._ntp.timer = self._ntp.after(delay_ms + getrandbits(10) * delay_ms // 8192, self._ntp.ask)

    def _accept(self, sample):
        self.close()
        ntp = self._ntp
        begun_ms, way_ms, address = sample
        uptime_ms = ntp.uptime_ms()
        exact = ntp.synced_ms is not None
        if exact:
            off_ms = begun_ms - ntp.begun_ms
            elapsed_ms = uptime_ms - ntp.synced_ms
            if elapsed_ms >= _DRIFT_MIN_MS:
                drift = off_ms * 1000000 // elapsed_ms
                ntp.drift_ppm = drift if ntp.drift_ppm is None else (3 * ntp.drift_ppm + drift) // 4
                ntp.show("drift", ntp.drift_ppm)
        else:
            off_ms = begun_ms + uptime_ms - clock.now_s() * 1000
        ntp.begun_ms = begun_ms
        ntp.synced_ms = uptime_ms
        ntp.vain = 0
        ntp.show("offset", off_ms)
        ntp.show("server", "%s:%d" % address if address[1] != 123 else address[0])
        ntp.show("error", None)
        ntp.log.info("%s says the clock is off by %d ms (%d ms on the way)" % (address[0], off_ms, way_ms))
        self._again(ntp.config["resync_s"])
        if not exact or abs(off_ms) >= _STEP_MS or abs(clock.now_s() - ntp.true_ms() // 1000) > 1:
            self._set_clock(3)
        else:
            ntp.round = None
            ntp.show("synced", True)

    def _set_clock(self, tries):
        """Set the clock at the next turn of a second."""
        self._timer = self._ntp.after(_TURN_MS - self._ntp.true_ms() % _TURN_MS, self._set_now, tries)

    def _set_now(self, tries):
        ntp = self._ntp
        true_ms = ntp.true_ms()
        if true_ms % _TURN_MS > _LATE_MS and tries:
            self._set_clock(tries - 1)
            return
        ntp.round = None
        step_s = true_ms // 1000 - clock.now_s()
        if not clock.set_s(true_ms // 1000) and abs(step_s) > 1:
            ntp.show("error", "the clock of this machine can't be set; it is off by %d s" % step_s)
            ntp.show("synced", False)
            return
        if step_s:
            ntp.log.info("clock set by %+d s" % step_s)
            ntp.publish(ntp.id + "/step", step_s)
        ntp.show("synced", True)
