"""logs: what devices have logged, from their web server or over a broker."""

import queue
import threading
import time
import urllib.parse

from . import link
from .show import Fail, json_text, safe
from .web import Web

_LEVELS = ("debug", "info", "warning", "error", "critical")
_PAUSE_S = 1.0
_SILENT = '{}: no log leaves over the broker; say {{"mqtt_console": {{"log": "info"}}}} in its config.json'


def logs(devices, follow, level, module, token, as_json):
    """Print the lines of each device, oldest first; follow: and then what comes."""
    if level and level not in _LEVELS:
        raise Fail("--level takes one of {}, not {!r}".format(", ".join(_LEVELS), level))
    found = [link.live(text, token) for text in devices or [None]]
    readers = [(_Reader if isinstance(one, Web) else _Listener)(one, level, module) for one in found]
    if not follow:
        _check_kept(readers)
    while True:
        for reader in readers:
            for line in reader.lines():
                name = reader.name if len(readers) > 1 else ""
                if as_json:
                    print(json_text({"device": reader.name, "line": line}), flush=True)
                else:
                    print(safe((name + "  " if name else "") + line), flush=True)
        if not follow:
            return
        time.sleep(_PAUSE_S)


def _check_kept(readers):
    for reader in readers:
        if isinstance(reader, _Listener) and "crash" not in reader.offers:
            raise Fail("{}: over a broker lines are shown as they come: add --follow".format(reader.name))


class _Listener:
    """Follow what a device's plugin mqtt_console sends: the last crash, then lines as they come."""

    def __init__(self, device, level, module):
        self.offers = device.offers()
        self.name = device.console.split("/")[-3]
        if "log" not in self.offers and "crash" not in self.offers:
            raise Fail(_SILENT.format(self.name))
        self._least = _LEVELS.index(level or "debug")
        self._module = module
        self._lines = queue.Queue()
        self._crash = None
        for _, value in device.events(["console/crash"], _PAUSE_S):
            self._crash = value
        threading.Thread(target=self._listen, args=(device,), daemon=True).start()

    def _listen(self, device):
        for _, line in device.events(["console/log"]):
            self._lines.put(str(line))

    def lines(self):
        """The lines that are new."""
        found = []
        if isinstance(self._crash, dict):
            head = "{} error {}: ".format(self._crash.get("time"), self._crash.get("module"))
            found += (head + str(self._crash.get("text"))).splitlines()
        self._crash = None
        while not self._lines.empty():
            line = self._lines.get()
            words = line.split(" ", 3)
            known = len(words) > 2 and words[1] in _LEVELS
            if not known or _LEVELS.index(words[1]) >= self._least:
                if not self._module or known and words[2] == self._module + ":":
                    found.append(line)
        return found


class _Reader:
    """The log of one device, from where it was read to."""

    def __init__(self, device, level, module):
        self._device = device
        self._query = {"level": level or "debug"}
        if module:
            self._query["module"] = module
        self._after = 0
        self.name = urllib.parse.urlsplit(device.url).netloc

    def lines(self):
        """The lines that are new."""
        query = urllib.parse.urlencode(dict(self._query, after=self._after))
        text, headers = self._device.text("/log?" + query, "its log needs the plugin `log`")
        following = headers.get("Log-Next", "")
        if following.isdigit():
            self._after = int(following)
        return text.splitlines()
