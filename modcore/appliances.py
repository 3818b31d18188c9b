"""The kinds of properties with more than one value: lights, covers, fans, climate; and those with words of their own.

A light with `fields`, a cover, a fan and a climate are dicts: the module assigns `{"on": true, "brightness": 40}`, a
command may hold any part of it. FIELDS is the rule; docs/properties.md tells it for people. The words are those of
Home Assistant's MQTT components.
"""

RARE = True  # needed when there are such properties

FLAG = "true or false"
COLOR = "a list of red, green and blue, each from 0 to 255"
BOUNDED = "a number"  # from min to max of the metadata, in its steps

# kind: {field: what it takes}. A tuple of two numbers is a range, one of words is a choice, a str that ends in s
# names the metadata that lists the choices.
FIELDS = {
    "light": {
        "on": FLAG,
        "brightness": (0, 100),
        "color": COLOR,
        "temperature": (1000, 20000),
        "effect": "effects",
    },
    "cover": {
        "state": ("open", "opening", "closed", "closing", "stopped"),
        "action": ("open", "close", "stop"),
        "position": (0, 100),
        "tilt": (0, 100),
    },
    "fan": {
        "on": FLAG,
        "speed": (0, 100),
        "preset": "presets",
        "oscillating": FLAG,
        "direction": ("forward", "reverse"),
    },
    "climate": {
        "mode": ("off", "heat", "cool", "heat_cool", "auto", "dry", "fan_only"),
        "action": ("off", "idle", "heating", "cooling", "drying", "fan"),
        "target": BOUNDED,
        "temperature": (-100, 200),
        "humidity": (0, 100),
        "fan": "fans",
        "preset": "presets",
    },
}
# kind: the fields that it has when `fields` names none.
USUAL = {"cover": ("state", "action"), "fan": ("on", "speed"), "climate": ("mode", "target", "temperature")}
# kind: fields that only the module sets, and those that are only commands.
STATES = {"cover": ("state",), "climate": ("action", "temperature", "humidity")}
ACTIONS = {"cover": ("action",)}
# kind: the field that a command means which is not a dict.
MEANT = {"light": "on", "cover": "action", "fan": "on", "climate": "mode"}
NUMBERS = {"light": "brightness", "cover": "position", "fan": "speed", "climate": "target"}  # and a number
# kind: (the words of its value, the words of its commands)
WORDS = {
    "lock": (("locked", "unlocked", "locking", "unlocking", "jammed"), ("lock", "unlock")),
    "alarm_control_panel": (
        ("disarmed", "armed_home", "armed_away", "armed_night", "arming", "pending", "triggered"),
        ("disarm", "arm_home", "arm_away", "arm_night"),
    ),
}
LISTS = ("effects", "presets", "fans", "modes")


def fields_of(kind, meta):
    """Return the fields of a property of `kind`, a list or tuple of words."""
    return meta.get("fields") or USUAL.get(kind, ())


def check_fields(topic, kind, meta):
    """Raise ValueError unless the fields that `meta` names are there, with the lists that they need."""
    have = FIELDS.get(kind)
    if not have:
        raise ValueError("%s: a %s has no fields; have %s" % (topic, kind, ", ".join(sorted(FIELDS))))
    for name in fields_of(kind, meta):
        if name not in have:
            raise ValueError("%s: field %r of a %s: have %s" % (topic, name, kind, ", ".join(sorted(have))))
        needed = have[name]
        if needed in LISTS and not meta.get(needed):
            raise ValueError("%s: the field %s needs the list %s" % (topic, name, needed))


def take(property, value, command):
    """Return `value` as the property keeps it, or raise Refused; see kinds.check."""
    if command:
        value = whole(property.kind, value)
    wrong = _refusal(property, value, command)
    if wrong:
        from .refusals import refuse

        refuse(property, wrong, value)
    return value


def _refusal(property, value, command):
    # What the property takes, in words; "" when that is so.
    kind = property.kind
    if kind in WORDS:
        words = WORDS[kind][1 if command else 0]
        return "" if value in words else _one_of(words)
    if kind == "event":
        words = property.meta["options"]
        return "" if isinstance(value, str) and value in words else _one_of(words)
    if kind not in FIELDS:
        return _wrong_date(kind, value)
    fields = [name for name in fields_of(kind, property.meta)]
    for name in (STATES if command else ACTIONS).get(kind, ()):
        if name in fields:
            fields.remove(name)
    if not isinstance(value, dict) or not value or [name for name in value if name not in fields]:
        return "an object with some of " + ", ".join(fields)
    for name in value:
        takes = FIELDS[kind][name]
        if name == "mode" and property.meta.get("modes"):
            takes = property.meta["modes"]
        wrong = _wrong(takes, value[name], property.meta)
        if wrong:
            return "%s: %s" % (name, wrong)
    return ""


def whole(kind, value):
    """Return a command as the dict that it means: `True` for a light is `{"on": True}`."""
    if kind not in FIELDS or isinstance(value, dict):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {NUMBERS[kind]: value}
    return {MEANT[kind]: value}


def _wrong(takes, value, meta):
    # What is to be in the place of `value`, "" when it is right.
    if takes == FLAG:
        return "" if isinstance(value, bool) else FLAG
    if takes == COLOR:
        right = isinstance(value, (list, tuple)) and len(value) == 3
        return "" if right and not [c for c in value if not _is_within(c, 0, 255)] else COLOR
    if takes == BOUNDED:
        takes = (meta.get("min", -100), meta.get("max", 200))
    elif takes in LISTS:
        takes = meta.get(takes, ())
    if len(takes) == 2 and not isinstance(takes[0], str):
        return "" if _is_within(value, takes[0], takes[1]) else "a number from %s to %s" % tuple(takes)
    return "" if isinstance(value, str) and value in takes else _one_of(takes)


def _is_within(value, low, high):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def _one_of(words):
    return "one of " + ", ".join(['"%s"' % word for word in words])


def _wrong_date(kind, value):
    # ISO 8601: 2026-11-30, 06:30 or 06:30:00, 2026-11-30T06:30:00
    if isinstance(value, str):
        at = value.find("T")
        day = value if kind == "date" else value[:at] if kind == "datetime" and at > 0 else None
        time = value if kind == "time" else value[at + 1 :] if kind == "datetime" and at > 0 else None
        if (day is None or _is_day(day)) and (time is None or _is_time(time)) and (day or time):
            return ""
    return {"date": "a date as 2026-11-30", "time": "a time as 06:30", "datetime": "as 2026-11-30T06:30:00"}[
        kind
    ]


def _is_day(text):
    parts = _numbers(text, "-", (4, 2, 2))
    if not parts or not 1 <= parts[1] <= 12:
        return False
    year, month, day = parts
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = 29 if month == 2 and leap else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return 1 <= day <= last


def _is_time(text):
    parts = _numbers(text, ":", (2, 2, 2)) or _numbers(text, ":", (2, 2))
    return bool(parts) and parts[0] < 24 and max(parts[1:]) < 60


def _numbers(text, separator, digits):
    parts = text.split(separator)
    if [len(part) for part in parts] != list(digits) or not all([part.isdigit() for part in parts]):
        return None
    return [int(part) for part in parts]
