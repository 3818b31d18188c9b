"""devices: all that are on a broker, with their state, and a plugin brought forward on all of them."""

import contextlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .. import toolchain
from . import link
from .broker import Broker, Device
from .show import Fail, emit
from .values import is_topic

_QUIET_S = 0.7
_FIRST_S = 2


def devices(broker, prefix, as_json):
    """Print every device below `prefix` on the broker: its state, when it was seen last from here, version, address."""
    where, found = _find(broker, prefix)
    if not found and not as_json:
        emit(None, False, text="no device below {} on {}".format(prefix, where))
        return
    columns = ("name", "status", "last_seen", "version", "address", "topics", "url")
    emit(found, as_json, (columns, [[device[key] for key in columns] for device in found]))


def update(broker, prefix, plugin, wave, as_json):
    """Update a plugin on all devices that are online and have it, first on one, then in waves.

    Fail: an update failed; the devices whose turn had not come are left as they are.
    """
    from .remote import command

    if wave < 1:
        raise Fail("--wave takes a number from 1 on, not {}".format(wave))
    found = _find(broker, prefix)[1]
    wanted = [device for device in found if plugin in device["plugins"]]
    if not wanted:
        have = sorted({name for device in found for name in device["plugins"]})
        text = "no device tells that it has {}; they have {}"
        told = ", ".join(have) or "no plugin `packages`, which tells and updates what is installed"
        raise Fail(text.format(plugin, told))
    online = [device for device in wanted if device["status"] == "online"]
    done, failed = {}, {}

    def bring_forward(device):
        try:
            done[device["name"]] = command(Device(device["url"]), "update", plugin, as_json=True)
        except Fail as error:
            failed[device["name"]] = str(error)

    left = list(online)
    count = 1
    while left and not failed:
        now, left = left[:count], left[count:]
        with ThreadPoolExecutor(len(now)) as pool:
            list(pool.map(bring_forward, now))
        count = wave
    report = {
        "updated": {name: done[name].get(plugin) for name in sorted(done)},
        "failed": failed,
        "left": [device["name"] for device in left],
        "offline": [device["name"] for device in wanted if device not in online],
    }
    rows = [(name, "updated", version or "was up to date") for name, version in report["updated"].items()]
    rows += [(name, "failed", why) for name, why in sorted(failed.items())]
    rows += [(name, "not tried", "after the failure") for name in report["left"]]
    rows += [(name, "offline", "") for name in report["offline"]]
    emit(report, as_json, (("device", "what", ""), rows))
    if failed:
        raise Fail("stopped: {} failed".format(", ".join(sorted(failed))))


def _find(broker, prefix):
    url = broker or os.environ.get("MODCORE_BROKER") or _of_running()
    if not url:
        raise Fail("no broker; say which with --broker mqtt://host, or in MODCORE_BROKER")
    if not is_topic(prefix):
        raise Fail("--prefix takes what topics begin with, such as modcore, not {!r}".format(prefix))
    found = {}
    with Broker(url) as there:
        there.subscribe(prefix + "/+/#")
        # Some brokers are generous with what they keep.
        told = {t: v for t, v, _ in there.messages(_QUIET_S, _FIRST_S) if t.startswith(prefix + "/")}
        deep = _deep(told, prefix)
        for topic, value in told.items():
            rest = topic[len(prefix) + 1 :]
            name = next((name for name in deep if rest.startswith(name + "/")), rest.partition("/")[0])
            rest = rest[len(name) + 1 :]
            device = found.setdefault(
                name,
                {
                    "name": name,
                    "status": "unknown",
                    "last_seen": "",
                    "version": "",
                    "address": "",
                    "topics": 0,
                    "plugins": {},
                },
            )
            device["url"] = there.url_of("{}/{}".format(prefix, name))
            if rest == "status":
                device["status"] = value
            elif rest == "wlan/ip":
                device["address"] = value
            elif rest == "plugins/list" and isinstance(value, dict):
                device["plugins"] = value
            elif rest == "modcore":
                device["version"] = value
            if rest and rest not in ("status", "client", "modcore") and not rest.endswith("/set"):
                device["topics"] += 1
    _remember(there, found)
    return "{}:{}".format(there.host, there.port), [found[name] for name in sorted(found)]


def _deep(told, prefix):
    """The names of devices that hold a slash, longest first: each has a status and a client id."""
    bases = [topic[:-7] for topic in told if topic.endswith("/client") and topic[:-7] + "/status" in told]
    names = [base[len(prefix) + 1 :] for base in bases]
    return sorted([name for name in names if "/" in name], key=len, reverse=True)


def _remember(broker, found):
    """Say when each device was seen last, and note those that are online: MQTT itself keeps no time of anything."""
    path = Path(toolchain.cache_folder()) / "devices.json"
    try:
        seen = json.loads(path.read_text())
    except (OSError, ValueError):
        seen = {}
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    for device in found.values():
        place = "{}:{}/{}".format(
            broker.host, broker.port, device["url"].partition("://")[2].partition("/")[2]
        )
        if device["status"] == "online":
            seen[place] = now
            device["last_seen"] = "now"
        else:
            device["last_seen"] = seen.get(place, "")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(seen, indent=1))


def _of_running():
    return link.running().get("mqtt")
