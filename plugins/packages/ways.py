"""The ways by which somebody outside reaches a device."""

from modcore import plugins

RARE = True  # needed when a plugin is to be removed

# Those by which commands come, and the network beneath them.
_SERVERS = ("http_async", "http_windup", "mqtt", "webrepl")
_NETWORKS = ("wlan", "softap")


def is_last(kernel, name):
    """Tell whether nobody could reach the device any more without the plugin `name` and what is built on it."""
    for group in (_SERVERS, _NETWORKS):
        open_ways = [way for way in group if _is_open(kernel, way)]
        if [way for way in open_ways if _needs(way, name)] == open_ways and open_ways:
            return True
    return False


def _is_open(kernel, way):
    module = kernel.modules.get(way)
    if module is None or module.state != "RUNNING":
        return False
    if way == "softap":
        return bool(kernel.bus.get("softap/on"))
    if way == "webrepl":
        return bool(kernel.bus.get("webrepl/on"))
    return way != "wlan" or bool(kernel.bus.get("wlan/connected"))


def _needs(way, name):
    """Tell whether `way` is the plugin `name`, or requires it."""
    if way == name:
        return True
    try:
        return any([_needs(need, name) for need in plugins.manifest(way).get("requires") or ()])
    except ValueError:
        return False
