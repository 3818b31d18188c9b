"""Commands of properties, and what is said of a value that one does not take."""

from json import dumps

from .bus import BusFull
from .kinds import check
from .property import Refused
from .ticks import const

RARE = True  # needed when a command comes

_MAX_SHOWN = const(40)
_MAX_SAFE = const(9007199254740991)  # as in kinds.py
_MAX_TEXT = const(255)


def obey(property, value):
    """Check a command and hand it to the module: `Property.command`."""
    module = property.module
    if property.set is None:
        raise Refused("%s is read-only" % property.topic)
    if module.properties.get(property.id) is not property:
        raise Refused("%s: module %s is not running" % (property.topic, module.id))
    value = check(property, value, True)
    crowded = is_crowded(module.kernel.bus)
    try:
        property.set(property, value)
    except Refused:
        raise
    except BaseException as error:
        fail(module, property.topic, error, crowded)


def is_crowded(bus):
    """Tell whether more than half of the queue is taken, so that what a module publishes may find no room."""
    return (bus._tail - bus._head) % (bus.size + 1) > bus.size // 2


def fail(module, topic, error, crowded):
    """Raise Refused: the module has failed over the command `topic`. crowded: whether the queue was before that.

    Then a BusFull is not its fault: who sends commands in a flood must not bring a module down.
    """
    if crowded and isinstance(error, BusFull):
        refused = Refused("%s: not all of it was done: %s" % (topic, error))
        refused.busy = True
        raise refused
    module.kernel.fault(module, error)
    raise Refused("%s: the module failed" % topic)


def refuse(property, takes, value):
    """Raise the Refused of `value`; takes: what kinds.py says of the property's kind, or words."""
    meta = property.meta
    if takes == "flag":
        takes = "true or false"
    elif takes == "option":
        takes = "one of " + ", ".join('"%s"' % option for option in meta["options"])
    elif takes == "text":
        takes = "text of %d to %d characters" % (meta.get("min", 0), meta.get("max", _MAX_TEXT))
    elif takes == "number":
        takes = "a number"
        for word, bound in (
            ("from", meta.get("min", 0 if property.kind == "light" else None)),
            ("to", meta.get("max")),
        ):
            if bound is not None:
                takes += " %s %s" % (word, bound)
        if meta.get("step"):
            takes += " in steps of %s" % meta["step"]
    shown = "what was sent" if meta.get("secret") else _shown(value)
    raise Refused("%s takes %s, not %s" % (property.topic, takes, shown))


def _shown(value):
    if isinstance(value, int) and abs(value) > _MAX_SAFE:
        return "so large a number"  # writing one of thousands of digits takes long
    try:
        text = dumps(value)
    except (TypeError, ValueError, RuntimeError):
        text = str(type(value))
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "..."
