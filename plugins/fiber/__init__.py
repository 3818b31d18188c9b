"""Generators as fibers: a loop that runs them in turn, at their time, or when what they wait for happens."""

from .loop import Loop as Loop
from .loop import Strand as Strand
from .loop import const as const

__version__ = "1.1.0"

TYPE_CHECKING = const(0)
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


def __getattr__(name):  # where each is stands in names.py
    from .names import find

    found = globals()[name] = find(name)
    return found
