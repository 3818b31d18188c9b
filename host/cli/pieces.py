"""Plugins over a broker: this PC sends the files that a device asks for, see plugins/mqtt_console/pieces.py."""

import json
import tempfile
import threading
import urllib.error
import urllib.request
from pathlib import Path

from ..index import build
from ..manifest import ManifestError, plugin_folders
from ..tree import ROOT
from .broker import Broker
from .show import Fail

_TIMEOUT_S = 10
_LOOK_S = 0.5  # how often it is seen whether that was all


class Pieces:
    """A context in which a device (a broker's Device) does `action` with the plugin `name`.

    index: URL of a registry whose files are passed on; without it, what is on this PC is sent.
    """

    def __init__(self, device, action, name, index=None):
        self._device = device
        self._order = {"action": action, "name": name}
        self._url = index and (index.rpartition("/")[0] if index.endswith(".json") else index.rstrip("/"))
        self._files = {}
        self._stopped = threading.Event()

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        if not self._url:
            here = Path.cwd()
            mine = (
                {folder.name for folder in plugin_folders(here)} if here.resolve() != ROOT.resolve() else ()
            )
            try:
                trees = [here] if self._order["name"].partition("@")[0] in mine else []
                build(Path(self._folder.name), ROOT, trees)
            except ManifestError as error:
                raise Fail(str(error)) from None
        self._broker = Broker(self._device.url)
        self._broker.__enter__()
        self._broker.subscribe(self._device.console + "want")
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self._broker.send(self._device.console + "install", json.dumps(self._order))
        return self

    def __exit__(self, *error):
        self._stopped.set()
        self._thread.join()
        self._broker.__exit__()
        self._folder.cleanup()

    def _serve(self):
        while not self._stopped.is_set():
            try:
                for _, payload, _ in self._broker.raw(_LOOK_S):
                    self._answer(json.loads(payload))
            except (Fail, ValueError, KeyError, TypeError):
                self._stopped.wait(_LOOK_S)

    def _answer(self, want):
        data = self._file(str(want["path"]))
        size = -1 if data is None else len(data)
        at = int(want["at"])
        piece = (data or b"")[at : at + int(want["size"])]
        head = "{:d} {:d} {:d}\n".format(want["n"], at, size).encode()
        self._broker.send(self._device.console + "piece", head + piece)

    def _file(self, path):
        if path not in self._files:
            data = self._read(path)
            if path == "registry.json" and data:
                data = self._shortened(data)
            self._files[path] = data
        return self._files[path]

    def _read(self, path):
        if self._url:
            try:
                with urllib.request.urlopen(self._url + "/" + path, timeout=_TIMEOUT_S) as answer:
                    return answer.read()
            except (OSError, ValueError, urllib.error.URLError):
                return None
        root = Path(self._folder.name).resolve()
        found = (root / path).resolve()
        return found.read_bytes() if root in found.parents and found.is_file() else None

    def _shortened(self, data):
        # Only what the plugin takes with it: each kilobyte is a message.
        registry = json.loads(data)
        have = {entry.get("name"): entry for entry in registry.get("plugins", ())}
        wanted, left = [], [self._order["name"].partition("@")[0]]
        while left:
            name = left.pop()
            if name in have and name not in wanted:
                wanted.append(name)
                left += have[name].get("requires", ())
        if wanted:
            registry["plugins"] = [entry for entry in registry["plugins"] if entry.get("name") in wanted]
        return json.dumps(registry).encode()
