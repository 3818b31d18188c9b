"""What each kind of property takes as a command."""

from .property import Refused

_MAX_SAFE = 9007199254740991  # the largest integer that every JSON reader keeps exact
_MAX_TEXT = 255


def command(property, value):
    """What `Property.command` does; see there."""
    module = property.module
    if property.set is None:
        raise Refused("%s is read-only" % property.topic)
    if module.properties.get(property.id) is not property:
        raise Refused("%s: module %s is not running" % (property.topic, module.id))
    value = check(property, value)
    try:
        property.set(property, value)
    except Refused:
        raise
    except Exception as error:
        module.kernel.fault(module, error)
        raise Refused("%s: the module failed" % property.topic)


def check(property, value):
    """Return the value to hand to the module, or raise Refused with what the property takes.

    check(valve, "wet")    # Refused: valves/0 takes true or false, not "wet"
    """
    kind = property.kind
    meta = property.meta
    if kind in ("switch", "valve", "binary_sensor") or kind == "light" and "max" not in meta:
        if isinstance(value, bool):
            return value
        takes = "true or false"
    elif kind == "number" or kind == "light":
        low = meta.get("min", 0 if kind == "light" else -_MAX_SAFE)
        high = meta.get("max", _MAX_SAFE)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
            step = meta.get("step")
            if not step or abs((value - low) / step - round((value - low) / step)) < 1e-3:
                return value
        takes = "a number from %s to %s" % (low, high)
        if meta.get("step"):
            takes += " in steps of %s" % meta["step"]
    elif kind == "select":
        if isinstance(value, str) and value in meta.get("options", ()):
            return value
        takes = "one of " + ", ".join('"%s"' % option for option in meta.get("options", ()))
    elif kind == "text":
        low = meta.get("min", 0)
        high = meta.get("max", _MAX_TEXT)
        if isinstance(value, str) and low <= len(value) <= high:
            return value
        takes = "text of %d to %d characters" % (low, high)
    elif kind == "button":
        return value  # whatever is sent: it is pressed
    else:
        return value
    raise Refused("%s takes %s, not %s" % (property.topic, takes, _shown(value)))


def _shown(value):
    from json import dumps

    try:
        text = dumps(value)
    except (TypeError, ValueError, RuntimeError):
        text = str(type(value))
    return text if len(text) <= 40 else text[:40] + "..."
