"""Leftovers on the broker of the name that the device had before."""

from modcore.ticks import const

from .identifiers import device_id

RARE = True  # once after the device was renamed

_LISTEN_MS = const(5000)


def clear(module, prefix):
    """Clear all that is retained below the device's former id; prefix: what its topics began with in `mqtt`."""
    old = "%s/5/%s/" % (module.config["domain"], device_id(prefix[:-1].split("/")[-1]))
    if old == module.prefix or not module.connected or module.config["device_id"]:
        return

    def empty(topic, payload):
        if payload:
            module.publish(topic, b"", True)

    filters = [old + rest for rest in ("+", "+/+")]
    for filter in filters:
        module.subscribe(filter, empty)
    module.after(_LISTEN_MS, _end, module, filters, empty)


def _end(module, filters, handler):
    for filter in filters:
        module.unsubscribe(filter, handler)
