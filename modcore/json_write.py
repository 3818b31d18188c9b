"""Writes JSON so that people can read it, and find it as they wrote it."""

import json
import os

from .json_files import parse
from .ticks import const

RARE = True  # needed when a file is saved

_ENOSPC = const(28)
_LINE = const(60)  # characters up to which a list stands on one line
_LAST = const(1 << 28)


def write(f, value, old="", indent="\n"):
    """Write `value` to the file `f`. old: the text before; objects keep the order of keys that they have there.

    write(f, {"name": "garden", "plugins": ["mqtt"]})
    """
    inner = indent + "  "
    if isinstance(value, dict) and value:
        separator = "{" + inner
        for key in sorted(value, key=lambda key: (_place(old, key), key)):
            f.write(separator + json.dumps(key) + ": ")
            write(f, value[key], old, inner)
            separator = "," + inner
        f.write(indent + "}")
    elif isinstance(value, (list, tuple)) and value and not _fits_a_line(value):
        separator = "[" + inner
        for item in value:
            f.write(separator)
            write(f, item, old, inner)
            separator = "," + inner
        f.write(indent + "]")
    else:
        f.write(json.dumps(value))
    if indent == "\n":
        f.write("\n")


def _fits_a_line(items):
    for item in items:
        if isinstance(item, (dict, list, tuple)):
            return False
    return len(json.dumps(items)) <= _LINE


def _place(text, key):
    # Where `key` stands as a key in `text`, or far beyond.
    word = json.dumps(key)
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        while text[end : end + 1] in ("\r", "\n", "\t", " "):
            end += 1
        if text[end : end + 1] == ":":
            return at
        at = text.find(word, at + 1)
    return _LAST


def replace(path, config, compare=True):
    """Write `config` to the file `path` by way of a temporary one, unless `compare` finds it there already."""
    old = ""
    try:
        if compare:
            with open(path) as f:
                old = f.read()
            if parse(old) == config:
                return
    except (OSError, ValueError, MemoryError):
        pass
    temporary = path + ".tmp"
    try:
        with open(temporary, "w") as f:
            write(f, config, old)
            f.flush()
            if hasattr(os, "fsync"):
                os.fsync(f.fileno())
    except OSError as error:
        _remove(temporary)
        if error.args[0] != _ENOSPC:
            raise
        raise OSError(_ENOSPC, "no room for " + path)  # MicroPython has no word for it
    if hasattr(os, "sync"):
        os.sync()
    try:
        os.rename(temporary, path)
    except OSError:
        # FAT does not rename over a file. Power lost between these two leaves the temporary file: see load.
        os.remove(path)
        os.rename(temporary, path)


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass
