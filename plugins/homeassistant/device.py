"""Device-based discovery: a message for each module, with all entities of its properties.

So the largest message is that of one module, whatever the device has. Source:
https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
"""

import json

from .components import identifier
from .discovery import common, device, entity, is_there, node, origin

RARE = True  # as discovery.py


def announce(module, topic, gone=()):
    """Send the message of the module that `topic` belongs to.

    gone: (topic, component) of entities of it that are no more; it takes a message that says so, and one without.
    """
    piece = owner(topic)
    module.pending = [other for other in module.pending if owner(other) != piece]
    gone = list(gone)
    found = []
    for name in sorted(module.known):
        if owner(name) != piece or not is_there(module, name):
            continue
        component, config = entity(module, name)
        before = module.known[name]
        if before and before != component:
            gone.append((name, before))
        module.known[name] = component
        if component:
            config.update(common(module, name), p=component)
            found.append((_key(name, component), json.dumps(config)))
            config = None
    for last in (False, True) if gone else (True,):
        parts = found if last else found + [(_key(n, c), json.dumps({"p": c})) for n, c in gone]
        module.bridge.publish(device_topic(module, piece), _message(module, parts) if parts else b"", True)


def withdraw(module, gone):
    """Take back entities, a list of (topic, component)."""
    while gone:
        piece = owner(gone[0][0])
        announce(module, gone[0][0], [entry for entry in gone if owner(entry[0]) == piece])
        gone = [entry for entry in gone if owner(entry[0]) != piece]


def _message(module, parts):
    head = json.dumps({"dev": device(module), "o": origin()})
    out = bytearray(head[:-1].encode())
    out.extend(b', "cmps": {')
    for i, (key, config) in enumerate(parts):
        out.extend(('%s"%s": ' % (", " if i else "", key)).encode())
        out.extend(config.encode())
    out.extend(b"}}")
    return out


def owner(topic):
    """The module that a property belongs to, and with it the message that it is announced in."""
    return topic.split("/")[0]


def device_topic(module, piece):
    """`homeassistant/device/modcore_garden/valves/config`."""
    return "%s/device/%s/%s/config" % (module.config["prefix"], node(module), identifier(piece))


def _key(topic, component):
    return "%s_%s" % (component, identifier(topic))
