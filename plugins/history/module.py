"""History: takes the values of the properties that are to be kept, and closes a minute each minute."""

import time

from modcore import Module
from modcore.ticks import ticks_diff, ticks_ms

from .series import Series

_MINUTE_MS = 60000
_SET_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400  # 2024: before it the clock was not set
_EPOCH_S = 0 if time.gmtime(0)[0] == 1970 else 946684800  # of the board's clock, from 1970 on


class History(Module):
    """Keeps properties whose metadata has `history`, and those that the configuration names under `topics`.

    config: `minutes` and `hours`, how many are kept; `folder`, where they survive a reset (empty: nowhere).
    `series` is a dict of topics and their Series.
    """

    defaults = {"topics": [], "not": [], "minutes": 1440, "hours": 744, "folder": ""}
    series = None
    _begun_ms = 0
    _minute = 0

    def start(self):
        """Begin with what there is, and listen for what comes."""
        if self.series is None:
            self.series = {}
        self.routes = self
        self._minute = self.now_s() // 60
        self._begun_ms = ticks_ms()
        self.listen("$describe/+/+", self._on_describe)
        for topic in self.config["topics"]:
            self.keep(topic)
        for topic in self.series:
            self.listen(topic, self._on_value)
        self.every(_MINUTE_MS, self._close)

    def now_s(self):
        """Seconds since 1970, as far as the clock is set."""
        return int(time.time()) + _EPOCH_S

    def keep(self, topic):
        """Keep a topic from now on."""
        if topic in self.series or topic in self.config["not"]:
            return
        config = self.config
        store = None
        if config["folder"]:
            from .store import Store

            store = Store(config["folder"], topic, (-(-config["minutes"] // 60), -(-config["hours"] // 24)))
        self.series[topic] = Series(topic, config["minutes"], config["hours"], self._minute, store)
        self.listen(topic, self._on_value)

    def forget(self, topic):
        """Keep a topic no longer, and forget what was kept."""
        series = self.series.pop(topic, None)
        if series:
            self.kernel.bus.unsubscribe(topic, self._on_value)
            if series.store:
                series.store.remove()

    def _on_describe(self, topic, meta):
        if meta and meta.get("history"):
            self.keep(topic[10:])

    def _on_value(self, topic, value):
        series = self.series.get(topic)
        if series:
            if isinstance(value, bool):
                value = 1 if value else 0
            elif not isinstance(value, (int, float)):
                value = None
            series.add(value, min(_MINUTE_MS, ticks_diff(ticks_ms(), self._begun_ms)))

    def _close(self):
        length_ms = max(1, ticks_diff(ticks_ms(), self._begun_ms))
        self._begun_ms = ticks_ms()
        now = self.now_s() // 60
        if abs(now - self._minute - 1) > 2:
            self._clock_was_set(now)
        minute = max(now - 1, self._minute)
        for series in self.series.values():
            try:
                series.close(minute, length_ms)
            except OSError as error:
                self.log.error("%s: not saved: %s" % (series.topic, error))
        self._minute = now

    def _clock_was_set(self, now):
        was_set = self._minute * 60 - _EPOCH_S >= _SET_S
        for series in self.series.values():
            if not was_set and now > self._minute:
                series.shift(now - 1 - self._minute)
            else:
                series.forget_after(now)
        self._minute = now - 1

    # the web

    def find(self, request):
        """The answer to a request below /api/history, or None: a content of a site."""
        path = request.path
        if path[:12] == "/api/history" and path[12:13] in ("", "/"):
            from .web import answer

            return lambda request: answer(self, request)
        return None

    def methods(self, request):
        """The methods for the path of a request."""
        return ("GET", "PUT") if self.find(request) else ()

    def listing(self):
        """A list of (path, methods), for who shows all routes."""
        return [("/api/history", "GET"), ("/api/history/:module/:property", "GET,PUT")]
