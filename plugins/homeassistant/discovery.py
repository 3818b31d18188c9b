"""Announcements: sent to which topic, with what in common, and taken back when a property is gone.

Keys are abbreviated as Home Assistant documents it, and `~` stands for the device's base topic: a third of the bytes.
"""

import modcore
from modcore.ticks import const
from plugins.mqtt.subscriptions import may_come

from .components import describe, identifier

RARE = True  # after a connection, and when a property comes or changes


def announce(module, topic):
    """Send the announcement of the property `topic`, and take back one under another component."""
    if module.config["device"]:
        from .device import announce as announce_piece

        return announce_piece(module, topic)
    if not is_there(module, topic):
        return
    component, config = entity(module, topic)
    before = module.known.get(topic)
    if before and before != component:
        module.bridge.publish(config_topic(module, before, topic), b"", True)
    module.known[topic] = component
    if component:
        config.update(common(module, topic))
        config["dev"], config["o"] = device(module), origin()
        module.bridge.publish(config_topic(module, component, topic), config, True)


def is_there(module, topic):
    """Tell whether there is the property `topic`, or, as `$update/mqtt`, the plugin."""
    if topic[0] == "$":
        return topic[8:] in (module.kernel.bus.get("plugins/list") or ())
    return module.kernel.bus.get("$describe/" + topic) is not None


def entity(module, topic):
    """The component and the configuration (a dict) of its own for `topic`; (None, None) when it has none."""
    if topic[0] == "$":
        from .updates import describe as describe_update

        return describe_update(topic[8:])
    meta = shown(module, topic)
    if meta is None:
        return None, None
    return describe(topic, meta, module.kernel.bus.get(topic), module.log)


def shown(module, topic):
    """The description of `topic` as far as the broker has to do with it; None: its state does not leave the device."""
    meta, bridge = module.kernel.bus.get("$describe/" + topic), module.bridge
    if bridge.exports and meta["kind"] != "button" and not bridge.exports(topic):
        return None
    if meta["set"] and not may_come(bridge, topic):
        return dict(meta, set=False)
    return meta


def config_topic(module, component, topic):
    """`homeassistant/valve/modcore_garden/valves_0/config`."""
    return "%s/%s/%s/%s/config" % (module.config["prefix"], component, node(module), identifier(topic))


def node(module):
    """The id of the device in Home Assistant."""
    return identifier(module.bridge.prefix[:-1])


def common(module, topic):
    """Return what each entity has: its id, the base of its topics, the quality of service."""
    bridge = module.bridge
    found = {
        "~": bridge.prefix[:-1],
        "uniq_id": "%s_%s" % (node(module), identifier(topic)),
    }
    if bridge.config["qos"]:
        found["qos"] = 1
    return found


def origin():
    """Return what announces: shown in Home Assistant's log."""
    return {"name": "modcore", "sw": modcore.__version__}


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
        gone = [topic for topic in sorted(module.known) if not is_there(module, topic)]
        gone = [(topic, module.known.pop(topic)) for topic in gone]
        _withdraw(module, [entry for entry in gone if entry[1]])
    if module.sweep:
        end(module)
    elif not module.swept:
        module.swept = True
        begin(module)
        return _LISTEN_MS
    return _IDLE_MS


def _withdraw(module, gone):
    if module.config["device"]:
        from .device import withdraw

        return withdraw(module, gone)
    for topic, component in gone:
        module.bridge.publish(config_topic(module, component, topic), b"", True)


def begin(module):
    """Ask the broker for all that it has of this device, under the names and prefixes that it has and had."""
    nodes = [node(module)]
    if module.bridge.former:
        nodes.append(identifier(module.bridge.former[:-1]))
    module.migrated = []
    prefix = module.config["prefix"]
    module.sweep = ["%s/+/%s/+/config" % (prefix, name) for name in nodes]
    earlier = getattr(module, "earlier", prefix)
    if earlier != prefix:
        module.sweep.append("%s/+/%s/+/config" % (earlier, nodes[0]))
    for filter in module.sweep:
        module.bridge.subscribe(filter, module.on_config)
    module.listen("mqtt/skipped", module.on_config)


def end(module):
    """Ask no more."""
    for filter in module.sweep:
        module.bridge.unsubscribe(filter, module.on_config)
    module.kernel.bus.unsubscribe("mqtt/skipped", module.on_config)
    module.sweep = None
    if module.migrated:
        from .migration import finish

        finish(module)
