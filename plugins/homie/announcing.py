"""Telling the broker what the device is and what its properties are worth."""

import json
import time

from plugins.mqtt import packets

from .description import datatype_of, parts
from .identifiers import property_name
from .payloads import encode

RARE = True  # after a connection, when a property comes or goes, and for each value

_VERSION_FROM_S = 1700000000  # below that the clock is not set


def announce(module, out):
    """Describe the device, then tell every value, with `$state` init before and ready after it.

    out: of the link, for what is sent at once. What is gone since the last time is cleared.
    """
    packets.publish(out, (module.prefix + "$state").encode(), b"init", True)
    before = module.told
    module.told = {}
    module.changed = []
    module.shown = _shown(module)
    module.tell("$description", _description(module))
    for topic in sorted(module.shown):
        tell(module, topic, module.kernel.bus.get(topic), False)
    for name in before:
        if name not in module.told:
            module.tell(name, None)
    module.tell("$state", b"ready")


def tell(module, topic, value, happens=True):
    """Have the broker told the value of the property `topic`; happens: it is new, so that an event counts."""
    meta = module.kernel.bus.get("$describe/" + topic)
    if meta is None:
        return
    for field, about in parts(topic, meta, module.shown[topic]):
        part = value.get(field) if field and isinstance(value, dict) else None if field else value
        try:
            payload = encode(part, about["datatype"], about.get("format"))
        except (ValueError, TypeError, UnicodeError):
            return _misfit(module, topic, value)
        name = property_name(topic, field)
        if about.get("retained", True):
            module.tell(name, payload)
        elif happens and payload is not None:
            module.session.put((module.prefix + name).encode(), payload, False, module.config["qos"])


def _misfit(module, topic, value):
    # The values of a sensor are not all of a kind: from now on it is a text.
    if module.shown[topic] not in (None, "string"):
        module.shown[topic] = "string"
        module.on_describe(topic, None)


def _shown(module):
    before = module.shown
    found = {}
    bus = module.kernel.bus
    for owner in module.kernel.modules.values():
        for property in owner.properties.values() if owner is not module else ():
            topic = property.topic
            meta = bus.get("$describe/" + topic)
            if meta and (not module.exports or module.exports(topic)):
                sensor = meta["kind"] == "sensor" or meta["kind"] == "number" and not meta["set"]
                found[topic] = _sensor(before.get(topic), bus.get(topic), meta) if sensor else None
    return found


def _sensor(before, value, meta):
    if before == "string":
        return before
    found = datatype_of(value, meta)
    # Without a value yet, it is what it was before, or what its description lets expect.
    return before or found if value is None else found


def _description(module):
    out = bytearray(b'{"homie": "5.0", "version": %d, "name": ' % _version(module))
    out.extend(json.dumps(module.kernel.name).encode())
    out.extend(b', "nodes": {')
    last = None
    for topic in sorted(module.shown):
        id = topic[: topic.find("/")]
        if id != last:
            node = property_name(topic).split("/")[0]
            head = json.dumps(node) + ': {"name": %s, "properties": {' % json.dumps(id)
            out.extend((("}}, " if last else "") + head).encode())
        meta = module.kernel.bus.get("$describe/" + topic)
        first = id != last
        for field, about in parts(topic, meta, module.shown[topic]):
            name = property_name(topic, field).split("/")[1]
            text = "%s%s: %s" % ("" if first else ", ", json.dumps(name), json.dumps(about))
            out.extend(text.encode())
            first = False
        last = id
    out.extend(b"}}}}" if last else b"}}")
    return out


def _version(module):
    # A higher one each time: by the clock where it is set.
    now = int(time.time())
    if time.gmtime(0)[0] == 2000:
        now += 946684800
    module.version = max(module.version + 1, now if now > _VERSION_FROM_S else 0)
    return module.version
