"""What is no property any more leaves Home Assistant, too. Loaded when it is time to look."""

from . import load

_LISTEN_MS = 5000
_IDLE_MS = 3600000


def sweep(module, bridge):
    """Take back the announcements of properties that have gone; the ms until there is something to do again.

    The first time, the broker is asked what it still has of this device from earlier days.
    """
    discovery = load("discovery")
    filter = "%s/+/%s/+/config" % (module.config["prefix"], discovery.identifier(bridge.base[:-1]))
    if module.gone:
        module.gone = False
        for topic in sorted(module.known):
            if module.kernel.bus.get("$describe/" + topic) is None:
                component = module.known.pop(topic)
                if component:
                    bridge.send(discovery.config_topic(module, bridge, component, topic), b"", True)
    if filter in bridge.entries:
        del bridge.entries[filter]
        bridge.changes = None
    elif not module.swept:
        module.swept = True
        ours = set()

        def on_config(topic, payload):
            if payload and topic not in ours:
                # Built anew only now: there may be properties that are younger than this.
                for name, component in module.known.items():
                    if component:
                        ours.add(discovery.config_topic(module, bridge, component, name))
                if topic not in ours:
                    bridge.send(topic, b"", True)

        bridge.entries[filter] = on_config
        bridge.changes = None
        return _LISTEN_MS
    return _IDLE_MS
