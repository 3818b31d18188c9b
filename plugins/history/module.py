"""History: takes the values of the properties that are to be kept, and closes a minute each minute."""

import time

from modcore import Module
from modcore.ticks import ticks_diff, ticks_ms

_MINUTE_MS = 60000
EPOCH_S = 0 if time.gmtime(0)[0] == 1970 else 946684800  # of the board's clock, from 1970 on


class History(Module):
    """Keeps properties whose metadata has `history`, and those that the configuration names under `topics`.

    config: `minutes` and `hours`, how many are kept; `folder`, where they survive a reset (empty: nowhere).
    `series` is a dict of topics and their Series.
    """

    defaults = {"topics": [], "not": [], "minutes": 1440, "hours": 744, "folder": ""}
    series = None
    _begun_ms = 0
    minute = 0

    def start(self):
        """Begin with what there is, and listen for what comes."""
        if self.series is None:
            self.series = {}
        self.routes = self
        self.minute = self.now_s() // 60
        self._begun_ms = ticks_ms()
        for topic in self.series:  # of before a restart
            self.listen(topic, self.on_value)
        for topic in self.config["topics"]:
            if not isinstance(topic, str):
                raise ValueError("history: topics: takes topics, not %r" % (topic,))
            from .choosing import keep

            keep(self, topic)
        self.listen("$describe/+/+", self._on_describe)
        self.every(_MINUTE_MS, self._close)

    def now_s(self):
        """Seconds since 1970, as far as the clock is set."""
        return int(time.time()) + EPOCH_S

    def _on_describe(self, topic, meta):
        if meta and meta.get("history"):
            from .choosing import keep

            keep(self, topic[10:])

    def on_value(self, topic, value):
        """Take a value of a kept property."""
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
        if abs(now - self.minute - 1) > 2:
            from .choosing import clock_was_set

            clock_was_set(self, now)
        minute = max(now - 1, self.minute)
        for series in self.series.values():
            try:
                series.close(minute, length_ms)
            except OSError as error:
                self.log.error("%s: not saved: %s" % (series.topic, error))
        self.minute = now

    # the web

    def find(self, request):
        """The answer to a request below /api/history, or None: a content of a site."""
        path = request.path
        if path[:12] == "/api/history" and path[12:13] in ("", "/"):
            from .web import answer

            return lambda request: answer(self, request)
        return None

    def listing(self):
        """A list of (path, methods), for who shows all routes."""
        return [("/api/history", "GET"), ("/api/history/:module/:property", "GET,PUT")]
