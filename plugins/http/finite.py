"""Values that JSON, or a reader, would not have: NaN, infinity, sets, and more digits than a float has."""

RARE = True  # lists and objects are looked into, and a sensor has such a number now and then

_PLAIN = (str, int, float, bool)


def finite(value):
    """A copy of a value of JSON's kinds, with None for NaN and infinity."""
    if isinstance(value, float) and value - value != 0:
        return None
    if isinstance(value, dict):
        return {key: finite(value[key]) for key in value}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value


def short(text):
    """The JSON `text` with numbers of 15 digits at most."""
    out = []
    inside = False
    for part in text.split('"'):
        if inside:
            if (
                len(part) - len(part.rstrip("\\"))
            ) % 2 == 0:  # else the quotation mark is a part of the string
                inside = False
        else:
            inside = True
            part = _short_numbers(part)
        out.append(part)
    return '"'.join(out)


def _short_numbers(part):
    out = number = ""
    for c in part + " ":
        if c in "0123456789.eE+-":
            number += c
            continue
        if len(number) > 16 and "." in number:
            number = "%.15g" % float(number)
        out += number + c
        number = ""
    return out[:-1]


def look(value, key=None):
    """Raise TypeError for what JSON has not: MicroPython writes a set, or any object, the way `print` does."""
    if isinstance(value, dict):
        for one in value:
            look(value[one], one)
    elif type(value) is tuple or isinstance(value, list):
        for one in value:
            look(one)
    elif value is not None and not isinstance(value, _PLAIN):
        key = value
    if key is not None and not isinstance(key, _PLAIN):
        raise TypeError("JSON has no %s: %r" % (type(key).__name__, key))
