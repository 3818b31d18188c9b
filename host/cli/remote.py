"""Plugins on a device in the network: it installs them itself, by its plugin `packages`; this tells how it goes."""

import contextlib
import threading

from .show import Fail, progress
from .web import Web

MISSING = "the device has no plugin `packages`, which does this; add it over USB: modcore install packages"
CLOSED = 'the device takes no {0} from outside; say {{"packages": {{"allow": ["{0}"]}}}} in its config.json'
_PATIENCE_S = 120


def command(device, action, name, wait=True, as_json=False, index=None):
    """Have a device (a Web or a broker's Device) do `action` with the plugin `name`; returns what it said.

    wait: until the new version has proved itself. index: URL of a registry, for what is sent over a broker.
    Fail: it could not, and why.
    """
    there = device.properties()
    if not isinstance(device, Web):
        device.check_online()
    if "plugins/status" not in there:
        raise Fail(MISSING)
    if isinstance(device, Web) and "plugins/" + action not in there:
        raise Fail(CLOSED.format(action))
    events = _Events(device)
    try:
        offers = there.get("console/offers", {}).get("value") or ()
        with _ordered(device, action, name, index, offers), progress(action, 100, as_json) as told:
            return _follow(events, action, name, wait, told)
    finally:
        events.stop()


def _ordered(device, action, name, index, offers):
    """A context in which the device does `action`: it fetches the files itself, or gets them over the broker."""
    if action in ("install", "update") and not isinstance(device, Web) and "install" in offers:
        from .pieces import Pieces

        return Pieces(device, action, name, index)
    device.set("plugins/" + action, name)
    return contextlib.nullcontext()


class _Events:
    """The events `plugins/#` of a device from now on, read beside the command that causes them."""

    def __init__(self, device):
        import queue

        self._queue = queue.Queue()
        self._ready = threading.Event()
        self._stopped = False
        threading.Thread(target=self._read, args=(device,), daemon=True).start()
        self._ready.wait(10)

    def _read(self, device):
        try:
            for topic, value in device.events(["plugins/#"], _PATIENCE_S):
                self._ready.set()
                if self._stopped:
                    return
                self._queue.put((topic, value))
            self._queue.put((None, "the device is silent"))
        except Fail as error:
            self._queue.put((None, str(error)))
        self._ready.set()

    def next(self):
        """The next (topic, value)."""
        import queue

        try:
            return self._queue.get(timeout=_PATIENCE_S)
        except queue.Empty:
            return None, "the device is silent"

    def stop(self):
        """Read no more."""
        self._stopped = True


def _follow(events, action, name, wait, told):
    versions = None
    while True:
        topic, value = events.next()
        if topic is None:
            raise Fail("{}; `modcore list` tells what is there".format(value))
        if topic == "plugins/progress" and isinstance(value, (int, float)):
            told(value)
        elif topic == "plugins/failed" and value.get("name") in (name, *(versions or ())):
            raise Fail(value.get("reason", "it failed"))
        elif topic == "plugins/done" and value.get("name") == name and value.get("action") == action:
            versions = value.get("versions") or {}
            if not wait or action == "remove" or not versions:
                return versions
            told(100, "on trial")
        elif topic == "plugins/accepted" and versions is not None and set(versions) <= set(value):
            return versions
