"""Device-based discovery: a message for each module, with all entities of its properties.

So the largest message is that of one module, whatever the device has. Source:
https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
"""

import json

from .components import component_of, identifier
from .discovery import common, device, entity, is_there, node, origin

RARE = True  # as discovery.py


def announce(module, topic):
    """Begin the message of the module that `topic` belongs to; `module.loop` writes it, an entity in each turn."""
    piece = owner(topic)
    module.pending = [other for other in module.pending if owner(other) != piece]
    module.writing = _announce(module, piece, [])


def withdraw(module, gone):
    """Take back entities, a list of (topic, component)."""
    while gone:
        piece = owner(gone[0][0])
        for _ in _announce(module, piece, [entry for entry in gone if owner(entry[0]) == piece]):
            pass
        gone = [entry for entry in gone if owner(entry[0]) != piece]


def _announce(module, piece, gone):
    # A generator: it yields after each entity. Those in `gone`, and those that are of another component now, take a
    # message that says so, before the one without them.
    topics = [name for name in sorted(module.known) if owner(name) == piece]
    for name in topics:
        before = module.known.get(name)
        if before and is_there(module, name):
            meta = module.kernel.bus.get("$describe/" + name)  # a plugin's update has none
            if meta and component_of(meta) != before:
                gone.append((name, before))
    for last in (False, True) if gone else (True,):
        head = json.dumps({"dev": device(module), "o": origin()})
        out = bytearray(head[:-1].encode())
        out.extend(b', "cmps": {')
        begin = len(out)
        for name in topics:
            if not is_there(module, name):
                continue
            component, config = entity(module, name)
            module.known[name] = component
            if component:
                config.update(common(module, name), p=component)
                _add(out, begin, name, component, config)
            yield
        for name, component in () if last else gone:
            _add(out, begin, name, component, {"p": component})
        empty = len(out) == begin
        out.extend(b"}}")
        module.bridge.publish(device_topic(module, piece), b"" if empty else out, True)


def _add(out, begin, name, component, config):
    if len(out) > begin:
        out.extend(b", ")
    out.extend(('"%s": ' % _key(name, component)).encode())
    out.extend(json.dumps(config).encode())


def owner(topic):
    """The module that a property belongs to, and with it the message that it is announced in."""
    return topic.split("/")[0]


def device_topic(module, piece):
    """`homeassistant/device/modcore_garden/valves/config`."""
    return "%s/device/%s/%s/config" % (module.config["prefix"], node(module), identifier(piece))


def _key(topic, component):
    return "%s_%s" % (component, identifier(topic))
