"""Wishes of the environment to `make run`, checked, and whether its ports are free."""

import re
import socket
import urllib.parse
from pathlib import Path

from .board import firmware
from .board.__main__ import default_folder
from .tree import ROOT

SAMPLES = ROOT / "samples"
_LEAST_HEAP = 48 * 1024
_HEAP = {
    "micropython32": "320K",
    "micropython": "640K",
}  # the whole watering application, with all its plugins


class Settings:
    """The wishes of the environment. BoardError: in one line, what to change."""

    def __init__(self, environment):
        sample = environment.get("SAMPLE") or ""
        self.application = _application(sample or "watering")
        folder = default_folder().with_name(self.application.name) if sample else default_folder()
        self.folder = Path(environment.get("DEVICE") or folder)
        self.http_port = _port(environment, "HTTP_PORT", 8080)
        self.mqtt_port = _port(environment, "MQTT_PORT", 1883)
        self.url = _broker_url(environment.get("MQTT_URL", ""))
        self.runtime = environment.get("RUNTIME") or firmware.default_runtime()
        firmware.interpreter(self.runtime)
        if self.http_port == self.mqtt_port and not self.url:
            raise firmware.BoardError(
                "HTTP_PORT and MQTT_PORT are both {}; choose two".format(self.http_port)
            )
        self.heap = _heap(environment.get("HEAP", "") or _HEAP.get(self.runtime, ""))
        self.asked_for_runtime = bool(environment.get("RUNTIME"))

    def broker(self):
        """Return (host, port) of the broker."""
        if self.url:
            return self.url.hostname, self.url.port or 1883
        return "127.0.0.1", self.mqtt_port


def _application(name):
    for folder in (SAMPLES / name, Path(name)):
        if (folder / "config.json").is_file() or (folder / "main.py").is_file():
            return folder.resolve()
    have = ", ".join(sorted(path.name for path in SAMPLES.iterdir() if path.is_dir()))
    raise firmware.BoardError(
        "SAMPLE={!r}: takes a folder with a config.json or main.py, or one of {}".format(name, have)
    )


def _port(environment, name, default):
    text = environment.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise firmware.BoardError("{}={!r}: takes a number from 1 to 65535".format(name, text))
    return int(text)


def _heap(text):
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,9})([KkMm]?)", text)
    if not found:
        raise firmware.BoardError("HEAP={!r}: takes a size such as 128K or 1M".format(text))
    size = int(found.group(1)) * {"": 1, "k": 1024, "m": 1024 * 1024}[found.group(2).lower()]
    if size < _LEAST_HEAP:
        raise firmware.BoardError("HEAP={!r}: a board has at least {}K".format(text, _LEAST_HEAP // 1024))
    if size > 1024 * 1024 * 1024:
        raise firmware.BoardError("HEAP={!r}: a board has at most 1024M".format(text))
    return text.upper()


def _broker_url(text):
    if not text:
        return None
    url = urllib.parse.urlsplit(text)
    try:
        whole = url.scheme == "mqtt" and url.hostname and (url.port is None or url.port)
    except ValueError:
        whole = False
    if not whole or url.path not in ("", "/"):
        raise firmware.BoardError("MQTT_URL={!r}: takes mqtt://[user:password@]host[:port]".format(text))
    return url


def check_port(name, port, other=""):
    """See that a port of this PC is free. BoardError: it is not, and what to do; `other` may say more."""
    busy = "{} {} is in use; stop what uses it, or choose another: {}={} make run" + other
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except PermissionError:
            raise firmware.BoardError(
                "{} {} is only for root; choose one above 1023: {}={} make run".format(
                    name, port, name, port + 8000
                )
            ) from None
        except OSError:
            raise firmware.BoardError(busy.format(name, port, name, port + 1)) from None
    # On some systems one port can be bound twice, with and without an address.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise firmware.BoardError(busy.format(name, port, name, port + 1))
