"""Announcements: sent to which topic, with what in common, and taken back when a property is gone.

Keys are abbreviated as Home Assistant documents it, and `~` stands for the device's base topic: a third of the bytes.
"""

import modcore
from modcore.ticks import const

from .components import describe, identifier

RARE = True  # after a connection, and when a property comes or changes


def announce(module, topic):
    """Send the announcement of the property `topic`, and take back one under another component."""
    meta = module.kernel.bus.get("$describe/" + topic)
    if meta is None:
        return
    component, config = describe(topic, meta, module.kernel.bus.get(topic), module.log)
    before = module.known.get(topic)
    if before and before != component:
        module.bridge.publish(config_topic(module, before, topic), b"", True)
    module.known[topic] = component
    if component:
        config.update(common(module, topic))
        module.bridge.publish(config_topic(module, component, topic), config, True)


def config_topic(module, component, topic):
    """`homeassistant/valve/modcore_garden/valves_0/config`."""
    return "%s/%s/%s/%s/config" % (module.config["prefix"], component, node(module), identifier(topic))


def node(module):
    """The id of the device in Home Assistant."""
    return identifier(module.bridge.prefix[:-1])


def common(module, topic):
    """What each announcement has: ids, availability, the device and its origin."""
    bridge = module.bridge
    found = {
        "~": bridge.prefix[:-1],
        "uniq_id": "%s_%s" % (node(module), identifier(topic)),
        "dev": device(module),
        "o": {"name": "modcore", "sw": modcore.__version__},
    }
    if bridge.config["qos"]:
        found["qos"] = 1
    return found


def device(module):
    """The device: its id, name, software, and what its firmware knows of board and network."""
    import os
    import sys

    found = {
        "ids": [node(module)],
        "name": module.kernel.name,
        "mf": "modcore",
        "mdl": getattr(sys.implementation, "_machine", None) or os.uname()[4],
        "sw": modcore.__version__,
    }
    address = module.kernel.bus.get("wlan/ip")
    if address and ("http_async" in module.kernel.modules or "http_windup" in module.kernel.modules):
        found["cu"] = "http://%s/" % address
    mac = _mac()
    if mac:
        found["cns"] = [["mac", mac]]
    return found


def _mac():
    try:
        import network

        octets = network.WLAN(network.STA_IF).config("mac")
        return ":".join(["%02x" % octet for octet in octets])
    except Exception:  # no radio, or one that does not tell
        return None


_LISTEN_MS = const(5000)
_IDLE_MS = const(3600000)


def look(module):
    """Take back the announcements of properties that have gone; the ms until there is something to do again.

    The first time, the broker is asked what it still has of this device from earlier days.
    """
    if module.gone:
        module.gone = False
        for topic in sorted(module.known):
            if module.kernel.bus.get("$describe/" + topic) is None:
                component = module.known.pop(topic)
                if component:
                    module.bridge.publish(config_topic(module, component, topic), b"", True)
    if module.sweep:
        end(module)
    elif not module.swept:
        module.swept = True
        begin(module)
        return _LISTEN_MS
    return _IDLE_MS


def begin(module):
    """Ask the broker for all that it has of this device, under the name that it has and the one that it had."""
    nodes = [node(module)]
    if module.bridge.former:
        nodes.append(identifier(module.bridge.former[:-1]))
    module.sweep = ["%s/+/%s/+/config" % (module.config["prefix"], name) for name in nodes]
    for filter in module.sweep:
        module.bridge.subscribe(filter, module.on_config)


def end(module):
    """Ask no more."""
    for filter in module.sweep:
        module.bridge.unsubscribe(filter, module.on_config)
    module.sweep = None


def clear(module, topic, payload):
    """Take back the announcement `topic` unless it is one of today."""
    if not payload:
        return
    for name, component in module.known.items():
        if component and topic == config_topic(module, component, name):
            return
    module.bridge.publish(topic, b"", True)
