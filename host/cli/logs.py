"""logs: what devices have logged, kept by their plugin `log` and served by their web server."""

import time
import urllib.parse

from . import link
from .show import Fail, json_text, safe
from .web import Web

_LEVELS = ("debug", "info", "warning", "error", "critical")
_PAUSE_S = 1.0


def logs(devices, follow, level, module, token, as_json):
    """Print the lines of each device, oldest first; follow: and then what comes."""
    if level and level not in _LEVELS:
        raise Fail("--level takes one of {}, not {!r}".format(", ".join(_LEVELS), level))
    readers = [_Reader(link.live(text, token), level, module) for text in devices or [None]]
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


class _Reader:
    """The log of one device, from where it was read to."""

    def __init__(self, device, level, module):
        if not isinstance(device, Web):
            raise Fail("logs are read over the web server: give --device http://host")
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
