"""Device-based discovery: a message for each module, with all entities of its properties.

The message of a module with many properties is longer than the largest free piece of a heap in use, so it is made and
sent in pieces, an entity each. Source: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
"""

import json

from modcore.ticks import const
from plugins.mqtt import packets

from .components import component_of, identifier
from .discovery import common, device, entity, is_there, node, origin, shown

RARE = True  # as discovery.py

_FULL_MS = const(10)


def announce(module, topic):
    """Begin the message of the module that `topic` belongs to; `module.loop` writes it, an entity in each turn."""
    piece = owner(topic)
    module.pending = [other for other in module.pending if owner(other) != piece]
    module.writing = _announce(module, piece, [])


def withdraw(module, gone):
    """Begin to take back entities, a list of (topic, component)."""
    module.writing = _withdraw(module, gone)


def _withdraw(module, gone):
    while gone:
        piece = owner(gone[0][0])
        yield from _announce(module, piece, [entry for entry in gone if owner(entry[0]) == piece])
        gone = [entry for entry in gone if owner(entry[0]) != piece]


def _announce(module, piece, gone):
    # A generator: it yields after each entity, and the ms to wait while the socket is full. The entities in `gone`,
    # and those that are of another component now, take a message that says so, before the one without them.
    topics = [name for name in sorted(module.known) if owner(name) == piece]
    for name in topics:
        before = module.known.get(name)
        if before and is_there(module, name):
            meta = name[0] != "$" and shown(module, name)  # a plugin's update has none
            if meta is None or meta and component_of(meta) != before:
                gone.append((name, before))
    for last in (False, True) if gone else (True,):
        pieces = []
        for name in topics:
            if not is_there(module, name):
                continue
            component, config = entity(module, name)
            module.known[name] = component
            if component:
                config.update(common(module, name), p=component)
                _add(pieces, name, component, config)
            yield
        for name, component in () if last else gone:
            _add(pieces, name, component, {"p": component})
        if pieces:
            head = json.dumps({"dev": device(module), "o": origin()})
            pieces.insert(0, (head[:-1] + ', "cmps": {').encode())
            pieces.append(b"}}")
        yield from _send(module.bridge, device_topic(module, piece).encode(), pieces)


def _add(pieces, name, component, config):
    text = '"%s": %s' % (_key(name, component), json.dumps(config))
    pieces.append(((", " if pieces else "") + text).encode())


def _send(bridge, topic, pieces):
    from .stream import Held

    link = bridge.link
    while bridge.connected and link.out:  # what was begun goes first
        yield _FULL_MS
    if bridge.connected:
        head = bytearray()
        packets.header(head, packets.PUBLISH | 1, 2 + len(topic) + sum([len(part) for part in pieces]))
        packets.text(head, topic)
        pieces.insert(0, head)
        held = link.stream = Held(link.stream, pieces)
        try:
            while link.stream is held and not held.send():
                yield _FULL_MS
        except OSError:
            return  # the bridge notices it, too, and all is told anew
        if link.stream is held:
            link.stream = held.stream


def owner(topic):
    """The module that a property belongs to, and with it the message that it is announced in."""
    return topic.split("/")[0]


def device_topic(module, piece):
    """`homeassistant/device/modcore_garden/valves/config`."""
    return "%s/device/%s/%s/config" % (module.config["prefix"], node(module), identifier(piece))


def _key(topic, component):
    return "%s_%s" % (component, identifier(topic))
