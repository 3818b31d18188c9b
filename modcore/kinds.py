"""The kinds of properties: which values each takes, from the module itself and as a command."""

# What the value of a kind is. The words are those of Home Assistant's MQTT components.
KINDS = {
    "switch": "flag",
    "valve": "flag",
    "binary_sensor": "flag",
    "light": "brightness",
    "number": "number",
    "select": "option",
    "text": "text",
    "button": "anything",
    "sensor": "anything",
}
_WORDS_OF_KINDS = "switch valve light button number select text sensor binary_sensor"
# Metadata: what each takes.
_WORDS = ("name", "unit", "device_class", "state_class", "entity_category", "icon")
_NUMBERS = ("min", "max", "step", "order", "precision")
_FLAGS = ("hidden", "history")
_TEXTS = ("group", "note")  # a str, or one a language: {"en": "Garden", "de": "Garten"}

_MAX_SAFE = 9007199254740991  # the largest integer that every JSON reader keeps exact
_MAX_TEXT = 255
_MAX_SHOWN = 40


class Refused(ValueError):
    """A value that a property does not take; its text says why."""


def check_declared(topic, kind, meta):
    """Raise ValueError unless there is such a kind and its metadata makes sense."""
    if kind not in KINDS:
        raise ValueError("%s: kind %r; have %s" % (topic, kind, _WORDS_OF_KINDS))
    for key, value in meta.items():
        if key in _NUMBERS:
            right = "a number" if not _is_number(value) else ""
        elif key in _WORDS:
            right = "a str" if not isinstance(value, str) else ""
        elif key in _FLAGS:
            right = "true or false" if not isinstance(value, bool) else ""
        elif key in _TEXTS:
            right = "a str, or a dict of languages" if not isinstance(value, (str, dict)) else ""
        elif key == "options":
            right = "a list of what there is to choose" if not isinstance(value, (list, tuple)) else ""
        else:
            have = ", ".join(_WORDS + _NUMBERS + _FLAGS + _TEXTS + ("options",))
            raise ValueError("%s: metadata %r: have %s" % (topic, key, have))
        if right and value is not None:
            raise ValueError("%s: %s takes %s, not %r" % (topic, key, right, value))
    low, high = meta.get("min"), meta.get("max")
    if low is not None and high is not None and low > high or (meta.get("step") or 1) <= 0:
        raise ValueError(
            "%s: nothing lies between min=%s, max=%s, step=%s" % (topic, low, high, meta.get("step"))
        )
    if kind == "select" and not meta.get("options"):
        raise ValueError("%s: a select needs options" % topic)


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
    except BaseException as error:
        module.kernel.fault(module, error)
        raise Refused("%s: the module failed" % property.topic)


def check(property, value):
    """Return `value` as the property keeps it, or raise Refused with what the property takes.

    check(valve, "wet")    # Refused: valves/0 takes true or false, not "wet"
    """
    meta = property.meta
    takes = KINDS[property.kind]
    if takes == "anything":
        return value
    if takes == "flag" or takes == "brightness" and "max" not in meta:
        if isinstance(value, bool):
            return value
        takes = "true or false"
    elif takes == "option":
        if isinstance(value, str) and value in meta["options"]:
            return value
        takes = "one of " + ", ".join('"%s"' % option for option in meta["options"])
    elif takes == "text":
        low = meta.get("min", 0)
        high = meta.get("max", _MAX_TEXT)
        if isinstance(value, str) and low <= len(value) <= high:
            return value
        takes = "text of %d to %d characters" % (low, high)
    else:
        low = meta.get("min", 0 if takes == "brightness" else -_MAX_SAFE)
        high = meta.get("max", _MAX_SAFE)
        if _is_number(value) and low <= value <= high and _is_step(value - low, meta.get("step")):
            return value
        takes = "a number from %s to %s" % (low, high)
        if meta.get("step"):
            takes += " in steps of %s" % meta["step"]
    shown = "what was sent" if meta.get("secret") else _shown(value)
    raise Refused("%s takes %s, not %s" % (property.topic, takes, shown))


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value - value == 0


def _is_step(distance, step):
    return not step or abs(distance / step - round(distance / step)) < 1e-3


def _shown(value):
    from json import dumps

    if isinstance(value, int) and abs(value) > _MAX_SAFE:
        return "so large a number"  # writing one of thousands of digits takes long
    try:
        text = dumps(value)
    except (TypeError, ValueError, RuntimeError):
        text = str(type(value))
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "..."
