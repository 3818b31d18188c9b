"""From a property's description on the bus to what Homie wants to know of it.

A property of several values (a light with colour, a cover) becomes one of Homie's for each. Source: the Homie
convention 5.0, "Property Attributes".
"""

from modcore.appliances import ACTIONS, BOUNDED, COLOR, FIELDS, FLAG, LISTS, STATES, WORDS, fields_of

RARE = True  # when a device is described, and for each value

PRESS = "press"  # what a button takes
_FLAGS = ("switch", "valve", "binary_sensor")


def parts(topic, meta, datatype=None):
    """Return what Homie has in the place of the property `topic`: a list of (field or None, description).

    meta: its description on the bus. datatype: of a sensor, as its value tells it.
    """
    kind = meta["kind"]
    name = meta.get("name") or topic[topic.find("/") + 1 :]
    if kind in FIELDS and fields_of(kind, meta):
        found = [_field(kind, meta, field) for field in fields_of(kind, meta)]
    elif kind in WORDS:
        found = [(None, {"datatype": "enum", "format": ",".join(WORDS[kind][0])})]
        if meta["set"]:
            action = {"datatype": "enum", "format": ",".join(WORDS[kind][1])}
            found.append(("action", dict(action, settable=True, retained=False)))
    else:
        found = [(None, _single(kind, meta, datatype))]
    for field, out in found:
        out["name"] = "%s %s" % (name, field) if field else name
    return found


def datatype_of(value, meta):
    """The datatype of a sensor, by its value and what its description says."""
    if meta.get("options"):
        return "enum"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)) or value is None and ("unit" in meta or "state_class" in meta):
        return "float"
    return "json" if isinstance(value, (dict, list)) else "string"


def _single(kind, meta, datatype):
    out = {}
    if kind == "sensor" or kind == "number" and not meta["set"]:
        out["datatype"] = datatype or datatype_of(None, meta)
    elif kind in _FLAGS or kind == "light" and "max" not in meta:
        out["datatype"] = "boolean"
        if kind == "valve":
            out["format"] = "closed,open"
    elif kind in ("number", "light"):
        _bounds(out, meta, 0 if kind == "light" else None)
    elif kind == "button":
        out["datatype"], out["format"], out["retained"] = "enum", PRESS, False
    elif kind in ("select", "event"):
        out["datatype"] = "enum"
        out["retained"] = kind == "select"
    elif kind == "datetime":
        out["datatype"] = "datetime"
    else:
        out["datatype"] = "string"
    if out["datatype"] == "enum" and "format" not in out:
        _choice(out, meta["options"])
    if "unit" in meta and out["datatype"] in ("float", "integer"):
        out["unit"] = meta["unit"]
    if meta["set"]:
        out["settable"] = True
    if out.get("retained"):
        del out["retained"]
    return out


def _field(kind, meta, field):
    takes = FIELDS[kind][field]
    out = {}
    if field == "mode" and meta.get("modes"):
        takes = meta["modes"]
    if takes == FLAG:
        out["datatype"] = "boolean"
    elif takes == COLOR:
        out["datatype"], out["format"] = "color", "rgb"
    elif takes == BOUNDED:
        _bounds(out, meta, None)
        out["datatype"] = "float"
    elif takes in LISTS or isinstance(takes[0], str):
        out["datatype"] = "enum"
        _choice(out, meta[takes] if takes in LISTS else takes)
    else:
        out["datatype"], out["format"] = "float", "%d:%d" % tuple(takes)
    if field in ACTIONS.get(kind, ()):
        out["retained"] = False
    if meta["set"] and field not in STATES.get(kind, ()):
        out["settable"] = True
    return field, out


def _bounds(out, meta, low):
    low, high, step = meta.get("min", low), meta.get("max"), meta.get("step")
    whole = all([isinstance(number, int) for number in (low or 0, high or 0)]) and isinstance(step, int)
    out["datatype"] = "integer" if whole else "float"
    if not (low is high is step is None):
        text = ":".join(["" if number is None else "%.15g" % number for number in (low, high, step)])
        out["format"] = text[:-1] if step is None else text


def _choice(out, options):
    options = [str(option) for option in options]
    # They are listed with commas between them, without spaces at their ends.
    if [option for option in options if "," in option or option.strip() != option or not option]:
        out["datatype"] = "string"
    else:
        out["format"] = ",".join(options)
