"""Numbers that JSON, or a reader, would not have: NaN and infinity, and more digits than a float has."""

RARE = True  # a sensor has one now and then


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
