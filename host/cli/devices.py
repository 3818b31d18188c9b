"""devices: all that are on a broker, with their state."""

import os

from . import link
from .broker import Broker
from .show import Fail, emit

_QUIET_S = 0.7
_FIRST_S = 2


def devices(broker, prefix, as_json):
    """Print every device below `prefix` on the broker, whether it is online, and what it has."""
    url = broker or os.environ.get("MODCORE_BROKER") or _of_running()
    if not url:
        raise Fail("no broker; say which with --broker mqtt://host, or in MODCORE_BROKER")
    found = {}
    with Broker(url) as there:
        there.subscribe(prefix + "/+/#")
        for topic, value, _ in there.messages(_QUIET_S, _FIRST_S):
            if not topic.startswith(prefix + "/"):
                continue  # some brokers are generous with what they keep
            name, _, rest = topic[len(prefix) + 1 :].partition("/")
            device = found.setdefault(name, {"name": name, "status": "unknown", "topics": 0})
            device["url"] = "mqtt://{}:{}/{}/{}".format(there.host, there.port, prefix, name)
            if rest == "status":
                device["status"] = value
            elif rest and not rest.endswith("/set"):
                device["topics"] += 1
    listed = [found[name] for name in sorted(found)]
    rows = [(d["name"], d["status"], d["topics"], d["url"]) for d in listed]
    if not listed and not as_json:
        emit(None, False, text="no device below {} on {}:{}".format(prefix, there.host, there.port))
        return
    emit(listed, as_json, (("device", "status", "topics", "address"), rows))


def _of_running():
    return link.running().get("mqtt")
