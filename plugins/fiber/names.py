"""Places of the public names of plugins/fiber that are imported when they are first asked for."""

RARE = True  # once for each name


def find(name):
    """The public object of that name. AttributeError: there is none; names the package and what there is."""
    if name == "Channel":
        from .channel import Channel as found
    elif name == "Closed":
        from .channel import Closed as found
    elif name == "Event":
        from .event import Event as found
    elif name == "Flag":
        from .event import Flag as found
    elif name == "Fiber":
        from .fiber import Fiber as found
    elif name == "Killed":
        from .fiber import Killed as found
    elif name == "Timeout":
        from .fiber import Timeout as found
    elif name == "Gate":
        from .gate import Gate as found
    elif name == "FiberModule":
        from .module import FiberModule as found
    elif name == "SocketStream":
        from .sockets import SocketStream as found
    elif name == "connect":
        from .sockets import connect as found
    elif name == "Stream":
        from .stream import Stream as found
    elif name == "pipe":
        from .stream import pipe as found
    else:
        have = "Channel Closed Event Fiber FiberModule Flag Gate Killed Loop SocketStream Stream Timeout connect pipe"
        raise AttributeError("plugins.fiber has no %s; have %s" % (name, have))
    return found
