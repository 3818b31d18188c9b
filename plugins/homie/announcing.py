"""Telling the broker what the device is and what its properties are worth."""

import json
import time

from modcore.ticks import const, ticks_add, ticks_diff, ticks_ms
from plugins.mqtt import packets
from plugins.mqtt.bridge import TOLD
from plugins.mqtt.subscriptions import may_come

from .description import datatype_of, parts
from .identifiers import property_name
from .payloads import encode

RARE = True  # after a connection, when a property comes or goes, and for each value

_SLICE_MS = const(3)
_VERSION_FROM_S = 1700000000  # below that the clock is not set


def announce(module, out):
    """Describe the device, then tell every value, with `$state` init before and ready after it.

    out: of the link, for what is sent at once. What is gone since the last time is cleared. It is done in steps of a
    few milliseconds, from a timer.
    """
    packets.publish(out, (module.prefix + "$state").encode(), b"init", True)
    # What the last connection was not told yet, this one is told anew.
    module.told = {name: TOLD for name in module.told}
    module.changed = []
    steps = module.steps = _announce(module)
    _step(module, steps)


def _step(module, steps):
    if steps is not module.steps or not module.connected:
        return  # it begins anew, or will with the next connection
    end = ticks_add(ticks_ms(), _SLICE_MS)
    try:
        while ticks_diff(end, ticks_ms()) > 0:
            next(steps)
    except StopIteration:
        module.steps = None
        return
    module.after(1, _step, module, steps)


def _announce(module):
    # A generator: it yields after each property, and each time that it has looked at one.
    found = {}
    topics = []
    for owner in module.kernel.modules.values():
        if owner is not module:
            topics += [property.topic for property in owner.properties.values()]
    for topic in topics:
        meta = module.kernel.bus.get("$describe/" + topic)
        if meta and (not module.exports or module.exports(topic)):
            found[topic] = _datatype(module, topic, meta)
        yield
    module.shown = found
    topics = sorted(found)
    out = bytearray()
    yield from _describe(module, topics, out)
    module.tell("$description", out)
    names = ["$description", "$state"]
    for topic in topics:
        names += tell(module, topic, module.kernel.bus.get(topic), False)
        yield
    for name in sorted(module.told):
        if name not in names:
            module.tell(name, None)
    module.tell("$state", b"ready")


def _datatype(module, topic, meta):
    # Of a sensor, as its value tells it; None for any other property.
    if meta["kind"] != "sensor" and (meta["kind"] != "number" or meta["set"]):
        return None
    before, value = module.shown.get(topic), module.kernel.bus.get(topic)
    if before == "string":
        return before
    found = datatype_of(value, meta)
    # Without a value yet, it is what it was before, or what its description lets expect.
    return before or found if value is None else found


def tell(module, topic, value, happens=True):
    """Have the broker told the value of the property `topic`; happens: it is new, so that an event counts.

    Returns the topics of Homie's that the broker keeps for it.
    """
    meta = module.kernel.bus.get("$describe/" + topic)
    names = []
    if meta is None:
        return names
    for field, about in parts(topic, meta, module.shown[topic]):
        part = value.get(field) if field and isinstance(value, dict) else None if field else value
        try:
            payload = encode(part, about["datatype"], about.get("format"))
        except (ValueError, TypeError, UnicodeError):
            _misfit(module, topic)
            return names
        name = property_name(topic, field)
        if about.get("retained", True):
            module.tell(name, payload)
            names.append(name)
        elif happens and payload is not None:
            module.session.put((module.prefix + name).encode(), payload, False, module.config["qos"])
    return names


def _misfit(module, topic):
    # The values of a sensor are not all of a kind: from now on it is a text.
    if module.shown[topic] not in (None, "string"):
        module.shown[topic] = "string"
        module.on_describe(topic, None)


def _describe(module, topics, out):
    out.extend(b'{"homie": "5.0", "version": %d, "name": ' % _version(module))
    out.extend(json.dumps(module.kernel.name).encode())
    out.extend(b', "nodes": {')
    last = None
    for topic in topics:
        meta = module.kernel.bus.get("$describe/" + topic)
        if meta is None:
            continue  # it has just gone
        id = topic[: topic.find("/")]
        if id != last:
            node = property_name(topic).split("/")[0]
            head = json.dumps(node) + ': {"name": %s, "properties": {' % json.dumps(id)
            out.extend((("}}, " if last else "") + head).encode())
        first = id != last
        for field, about in parts(topic, meta, module.shown[topic]):
            if not may_come(module, topic):
                about.pop("settable", None)
            name = property_name(topic, field).split("/")[1]
            text = "%s%s: %s" % ("" if first else ", ", json.dumps(name), json.dumps(about))
            out.extend(text.encode())
            first = False
        last = id
        yield
    out.extend(b"}}}}" if last else b"}}")


def _version(module):
    # A higher one each time: by the clock where it is set.
    now = int(time.time())
    if time.gmtime(0)[0] == 2000:
        now += 946684800
    module.version = max(module.version + 1, now if now > _VERSION_FROM_S else 0)
    return module.version
