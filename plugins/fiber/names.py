"""Which file has which name of this package."""

_FILES = {
    "Killed": "fiber",
    "Timeout": "fiber",
    "Fiber": "fiber",
    "Channel": "channel",
    "Closed": "channel",
    "Event": "event",
    "Flag": "event",
    "Gate": "gate",
    "pipe": "stream",
    "Stream": "stream",
    "SocketStream": "sockets",
    "connect": "sockets",
    "FiberModule": "module",
}


def find(name):
    """The object that `plugins.fiber.<name>` is. AttributeError: there is none."""
    if name not in _FILES:
        raise AttributeError("plugins.fiber has no %s" % name)
    return getattr(__import__("plugins.fiber." + _FILES[name], None, None, (name,)), name)
