"""What is no property any more leaves Home Assistant, too."""

from modcore.ticks import const

from .components import identifier
from .discovery import config_topic, node

RARE = True  # minutes after the last change, and then once an hour

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
