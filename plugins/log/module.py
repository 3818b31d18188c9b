"""Log: listens to `$log/#`, keeps the lines, and sets the levels."""

import time

from modcore import Module

from .levels import show
from .ring import Ring

_LEVELS = ["debug", "info", "warning", "error", "critical"]
_YEAR_2024_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400
_URGENT_MS = 100


class Log(Module):
    """The properties `log/level`, and `log/levels` for single modules; set and saved where `allow` says so.

    The section `log` of the configuration is also the kernel's own, which reads the levels there at boot.
    """

    defaults = {
        "level": "info",
        "levels": {},
        "memory": 4096,
        "web": True,
        "file": "",
        "file_bytes": 32768,
        "files": 2,
        "flush_ms": 5000,
        "syslog": "",
        "facility": 16,
        "allow": [],
    }
    ring = None
    _file = None
    _syslog = None

    def configure(self):
        """Make the ring; over a mere restart of the module it keeps its lines."""
        size = self.config["memory"]
        if size < 256 or size > 65535:
            raise ValueError("log: memory takes 256 to 65535 bytes, not %s" % size)
        if self.ring is None or self._size != size:
            self.ring = Ring(size)
            self._size = size

    def start(self):
        """Declare the properties and begin to listen."""
        config = self.config
        if "level" in config["allow"]:
            self.property("level", kind="select", set=self._set, options=_LEVELS, name="Log level")
        else:
            self.property("level", kind="sensor", name="Log level")
        kind, set = ("text", self._set) if "levels" in config["allow"] else ("sensor", None)
        self.property("levels", kind=kind, set=set, name="Log levels of modules")
        self._pending = None
        if config["file"]:
            from .file import File

            self._file = File(self.ring, config["file"], config["file_bytes"], config["files"])
        if config["syslog"]:
            from .syslog import Syslog

            self._syslog = Syslog(self, self.ring, config["syslog"], config["facility"])
        if config["web"]:
            self.routes = _Pages(self)
        early = getattr(self.kernel, "logging", False)
        self.kernel.logging = False
        self.listen("$log/#", self._on_line)
        for level, id, text in early or ():  # of the boot, when nobody listened yet
            self._on_line("$log/%s/%s" % (level, id), text)
        self._show()  # says what is wrong with them
        self.listen("$levels", self._show)  # somebody else may set them, too

    def stop(self):
        """Write what is left."""
        if self._file:
            self._flush()
            self._file = None
        if self._syslog:
            self._syslog.stop()
            self._syslog = None

    def _on_line(self, topic, text):
        level, id = topic[5:].split("/", 1)
        self.ring.add(("%s %s %s: %s" % (self._stamp(), level, id, text)).encode())
        if self._file:
            self._plan(level)
        if self._syslog:
            self._syslog.pump()

    def _stamp(self):
        now = int(time.time())
        if now < _YEAR_2024_S:
            return "+%.3f" % (self.kernel.uptime_ms() / 1000)
        return "%04d-%02d-%02dT%02d:%02d:%02dZ" % tuple(time.gmtime(now)[:6])

    # the file

    def _plan(self, level):
        # Flash wears out: lines are gathered, but what may be the last words before a crash is not.
        urgent = _LEVELS.index(level) >= 3
        if self._pending and urgent:
            self._pending.cancel()
            self._pending = None
        if not self._pending:
            ms = min(_URGENT_MS, self.config["flush_ms"]) if urgent else self.config["flush_ms"]
            self._pending = self.after(ms, self._flush)

    def _flush(self):
        self._pending = None
        trouble = self._file.flush()
        if trouble:
            self._pending = self.after(60000, self._flush)
            if trouble != self._file.told:
                self._file.told = trouble
                self.log.warning("file:", trouble)

    def _show(self, *_):
        show(self)

    def _set(self, property, value):
        from .levels import set_level

        set_level(self, property.id, value)


class _Pages:
    """Offers of the log to web servers; their code is loaded with the first request."""

    def __init__(self, module):
        self._module = module

    def find(self, request):
        """The handler for a request, or None: what a Router does."""
        if request.path[:4] == "/log":
            from .web import find

            return find(self._module, request)

    def methods(self, request):
        """The methods for the path of a request."""
        path = request.path.rstrip("/")
        return ("GET",) if path in ("/log", "/log/file") or path[:10] == "/log/file/" else ()

    def routes(self):
        """A list of (path, methods)."""
        return [("/log", "GET"), ("/log/file", "GET"), ("/log/file/:number", "GET")]
