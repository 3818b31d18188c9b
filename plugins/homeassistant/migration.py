"""Announcements that the broker still has: of properties that are gone, and of the other way of announcing.

Source: https://www.home-assistant.io/integrations/mqtt/#migration-from-single-component-to-device-based-discovery
"""

from modcore.ticks import const
from modcore.topics import matches
from plugins.mqtt.packets import publish

from .components import identifier
from .discovery import node

RARE = True  # once after the start

_MIGRATE = b'{"migrate_discovery": true}'
_MIGRATED_MS = const(10000)


def judge(module, topic, payload):
    """Take back the announcement `topic` unless it is one of today.

    payload: bytes; of one that is too long for the device, on `mqtt/skipped`, it is `topic`, and `topic` the event's.
    One of the other way of announcing is asked to give way, so that its entities stay the same ones.
    """
    if topic == "mqtt/skipped":
        topic = payload
        if not any([matches(filter, topic) for filter in module.sweep or ()]):
            return
    elif not payload or payload == _MIGRATE:
        return
    component, name, object_id, _ = topic.split("/")[-4:]
    by_device = component == "device"
    wanted = bool(module.config["device"])
    todays = False
    for known in module.known:
        if by_device:
            todays = todays or identifier(known.split("/")[0]) == object_id
        elif identifier(known) == object_id:
            todays = wanted or component == module.known[known]
    if name != node(module) or not todays or not topic.startswith(module.config["prefix"] + "/" + component):
        _send(module, topic, b"", True)
    elif by_device != wanted:
        _send(module, topic, _MIGRATE, False)
        module.migrated.append(topic)


def finish(module):
    """Announce all by today's way, then take back what has given way."""
    module.announce_all()
    module.after(_MIGRATED_MS, _clear, module, module.migrated)


def _clear(module, topics):
    for topic in topics:
        if module.bridge.connected:
            _send(module, topic, b"", True)


def _send(module, topic, payload, retain):
    # At once: there may be more of them than messages may wait.
    publish(module.bridge.link.out, topic.encode(), payload, retain)
