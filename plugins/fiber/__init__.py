"""Generators as fibers: a loop that runs them in turn, at their time, or when what they wait for happens."""

from .loop import Loop as Loop
from .loop import Strand as Strand

__version__ = "1.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .channel import Channel as Channel
    from .channel import Closed as Closed
    from .event import Event as Event
    from .event import Flag as Flag
    from .fiber import Fiber as Fiber
    from .fiber import Killed as Killed
    from .fiber import Timeout as Timeout
    from .gate import Gate as Gate
    from .module import FiberModule as FiberModule
    from .sockets import SocketStream as SocketStream
    from .sockets import connect as connect
    from .stream import Stream as Stream
    from .stream import pipe as pipe


def __getattr__(name):  # each file is imported when one of its names is first asked for
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
    globals()[name] = found
    return found
