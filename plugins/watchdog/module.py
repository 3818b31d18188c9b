"""Watchdog: feeds the hardware while the loop keeps its deadline, modules run and topics come."""

from modcore import Module
from modcore.ticks import ticks_diff, ticks_ms

_START_MS = 60000  # what all the starts may take together, before the loop turns
_FAILED_S = 120  # supervision starts a module again after 60 s at most: then it has given up
_REPORT_MS = 60000


class Watchdog(Module):
    """Resets the board when the loop hangs or is too slow, and when what it waits for stays away.

    A turn of the loop that takes longer than `deadline_ms` does not feed. `modules` have to run. `topics`, an
    object, says in how many seconds each has to come at least.
    """

    defaults = {"timeout_ms": 8000, "deadline_ms": 4000, "modules": [], "topics": {}, "feed_at_repl": False}
    _timer = None

    def start(self):
        """Start the hardware: nothing stops it any more. ValueError: what it waits for can't be."""
        from .rules import check

        config = self.config
        self._modules = check(self)
        if self._timer:
            self._timer.deinit()
            self._timer = None
        self._wdt = self._hardware(_START_MS)
        self._turning = False
        self._misses = self._slowest = 0
        self._hungry = None  # why it is not fed any more
        self._seen = {}  # topic -> seconds of uptime
        self._down = {}  # module -> seconds of uptime since when it does not run
        for topic in config["topics"]:
            self._seen[topic] = self._uptime_s()
            self.listen(topic, self._on_topic)
        self.property("slowest", kind="sensor", value=0, unit="ms", name="Slowest turn of the loop")
        self.property("misses", kind="sensor", value=0, name="Missed deadlines")
        self.every(_REPORT_MS, self._report)
        if config["topics"] or self._modules:
            self.every(1000, self._look)

    def stop(self):
        """Leave the hardware to itself: without the loop it resets the board, unless `feed_at_repl`."""
        if self.config["feed_at_repl"] and self._wdt:
            from machine import Timer

            self._timer = Timer(-1)
            period = self.config["timeout_ms"] // 4
            self._timer.init(period=period, mode=Timer.PERIODIC, callback=lambda timer: self._wdt.feed())

    def loop(self):
        """Feed, if this turn came in time."""
        now = ticks_ms()
        config = self.config
        if not self._turning:
            # Everything has started.
            self._turning = True
            self._wdt = self._hardware(config["timeout_ms"])
            self._turn = now
        ms = ticks_diff(now, self._turn)
        self._turn = now
        if ms > self._slowest:
            self._slowest = ms
        if ms > config["deadline_ms"]:
            self._misses += 1
            self.log.warning("a turn of the loop took %d ms" % ms)
        elif self._wdt and not self._hungry:
            self._wdt.feed()
        return min(config["timeout_ms"] // 4, config["deadline_ms"] // 2)

    def _hardware(self, timeout_ms):
        try:
            from machine import WDT
        except ImportError:
            self.log.warning("no watchdog here")
            return None
        try:
            return WDT(timeout=timeout_ms)
        except TypeError:  # an ESP8266 has one timeout only
            return WDT()
        except ValueError:
            if timeout_ms == _START_MS:  # an RP2 takes 8.3 s at most: it begins with the loop
                return None
            raise

    def _uptime_s(self):
        return self.kernel.uptime_ms() // 1000

    def _on_topic(self, topic, value):
        self._seen[topic] = self._uptime_s()

    def _look(self):
        if self._hungry:
            return
        now = self._uptime_s()
        topics = self.config["topics"]
        for topic in topics:
            if now - self._seen[topic] > topics[topic]:
                self._starve("%s did not come for %d s" % (topic, topics[topic]))
        for id in self._modules:
            module = self.kernel.modules.get(id)
            if module and module.state == "RUNNING":
                self._down.pop(id, None)
            elif now - self._down.setdefault(id, now) > _FAILED_S:
                self._starve("%s does not run" % id)

    def _starve(self, reason):
        self._hungry = reason
        self.log.critical("resets the board: " + reason)

    def _report(self):
        for id, value in (("slowest", self._slowest), ("misses", self._misses)):
            if self.properties[id].value != value:
                self.properties[id].value = value
