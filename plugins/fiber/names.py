"""Places of the public names of plugins/fiber, and of methods of Loop, that are imported when they are asked for."""

RARE = True  # once for each name of the package, and for methods that few call


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


def method(loop, name):
    """The function of that name as a method of `loop`. AttributeError: there is none, and what there is."""
    functions = of_loop()
    if name not in functions:
        have = [known for known in list(functions) + dir(type(loop)) if known[0] != "_"]
        raise AttributeError("%s has no %r; have %s" % (type(loop).__name__, name, ", ".join(sorted(have))))
    function = functions[name]
    return lambda *args: function(loop, *args)


def of_loop():
    """A dict of the functions that are methods of Loop."""
    from .slices import measure
    from .waiting import drop, kill, run, within

    return {"drop": drop, "kill": kill, "measure": measure, "run": run, "within": within}
