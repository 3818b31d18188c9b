"""The kinds of properties: which values each takes, from the module itself and as a command.

Kinds with several values (a light with colour, a cover, climate) stand in appliances.py, metadata in declare.py;
refusals.py says in words what a property takes. docs/properties.md tells all of it for people.
"""

from .ticks import const

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
RARE = True  # needed when a value is assigned or commanded

_MAX_SAFE = const(9007199254740991)  # the largest integer that every JSON reader keeps exact
_MAX_TEXT = const(255)


def check(property, value, command=False):
    """Return `value` as the property keeps it, or raise Refused with what the property takes.

    command: it comes from outside, and is not a state that the module assigns.

        check(valve, "wet")    # Refused: valves/0 takes true or false, not "wet"
    """
    meta = property.meta
    takes = KINDS.get(property.kind)
    if takes is None or "fields" in meta:
        from .appliances import take

        return take(property, value, command)
    if takes == "brightness":
        takes = "flag" if "max" not in meta else "number"
    if takes == "flag":
        right = isinstance(value, bool)
    elif takes == "number":
        least = meta.get("min", 0 if property.kind == "light" else -_MAX_SAFE)
        right = is_number(value) and least <= value <= meta.get("max", _MAX_SAFE)
        if right and meta.get("step"):
            steps = (value - least) / meta["step"]
            right = abs(steps - round(steps)) < 1e-3
    elif takes == "option":
        right = isinstance(value, str) and value in meta["options"]
    elif takes == "text":
        right = isinstance(value, str) and meta.get("min", 0) <= len(value) <= meta.get("max", _MAX_TEXT)
    else:
        takes = "what JSON has"
        right = is_json(value)
    if not right:
        from .refusals import refuse

        refuse(property, takes, value)
    return value


def is_json(value):
    """Tell whether JSON has such a value: else a page with all values would not be JSON."""
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str) or not is_json(value[key]):
                return False
    elif isinstance(value, (list, tuple)):
        for each in value:
            if not is_json(each):
                return False
    elif value is not None:
        return isinstance(value, (str, int, float, bool))  # MicroPython's bool is not an int
    return True


def is_number(value):
    """Tell whether `value` is a finite number, and no flag."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value - value == 0
