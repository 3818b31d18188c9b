"""JSON as people write it: a line for each key, two levels deep, keys in order."""

from json import dumps

RARE = True  # needed when a file is saved

_FIRST = ("name", "plugins", "modules")


def write(file, value):
    """Write a value to an open file, piece by piece: a small heap has no room for the text.

    write(file, {"name": "garden", "mqtt": {"host": "broker"}})
    """
    if isinstance(value, dict):
        _object(file, value, "\n  ", 1)
        file.write("\n")
    else:
        file.write(dumps(value))


def _object(file, value, indent, levels):
    between = "{"
    for key in [key for key in _FIRST if key in value] + sorted([key for key in value if key not in _FIRST]):
        file.write("%s%s%s: " % (between, indent, dumps(key)))
        if levels and isinstance(value[key], dict) and value[key]:
            _object(file, value[key], indent + "  ", levels - 1)
        else:
            file.write(dumps(value[key]))
        between = ","
    file.write(indent[:-2] + "}" if value else "{}")
