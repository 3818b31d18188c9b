"""Words that help where a plugin, a module or a name is not there."""

import os
import sys

from .ticks import const

RARE = True  # needed when something is missing

_ALL = const(8000)  # characters


def tell(kernel, id, error):
    """Report on `$error/<id>` and in the log that the plugin or module `id` is not there because of `error`."""
    syntax = isinstance(error, SyntaxError)
    if isinstance(error, TypeError) and "__init__" in str(error) and "positional" in str(error):
        error = TypeError(
            "%s; a module takes its id: def __init__(self, id=None): super().__init__(id)" % error
        )
    place = ""
    told = isinstance(error, (ValueError, TypeError, SyntaxError)) and not isinstance(error, UnicodeError)
    if told:
        place = _place(error, not syntax)
    from .traceback import describe

    words = describe(error, _ALL)  # with all names that there are
    text = place + words
    kernel.bus.publish("$error/" + str(id), text, True)
    if told:
        kernel.log.error("%s: %s" % (id, text if syntax else place + words[len(type(error).__name__) + 2 :]))
    else:
        kernel.fault(None, error)


def not_found(path, error):
    """Return the error to raise for the module `path`, whose import has raised the ImportError `error`."""
    parts = path.split(".")
    if not any(["'%s'" % ".".join(parts[: i + 1]) in str(error) for i in range(len(parts))]):
        return error  # it is there, something that it imports is not
    return ValueError("modules: %r not found; have %s" % (path, _candidates()))


def no_class(module, path, name):
    """Return the error to raise for `module`, imported as `path`, that does not have the class `name`."""
    return ValueError("modules: %s has no class %s%s" % (path, name, _shadow(module, path)))


def _place(error, own=False):
    # Where an error is, as "lamp.py line 3: ": the last place that its traceback names; own: in a file of the author's.
    from .traceback import traceback

    place = ""
    for line in traceback(error).split("\n"):
        words = line.strip().split('"')
        if len(words) > 2 and words[0] == "File " and words[2][:7] == ", line ":
            parts = words[1].replace("/", ".").split(".")
            if own and ("modcore" in parts or "plugins" in parts):
                continue
            place = "%s line %s: " % (words[1].split("/")[-1], words[2][7:].split(",")[0])
    return place


def _shadow(module, path):
    # What may have been imported in the place of the file that is meant.
    file = getattr(module, "__file__", None)
    from .json_files import exists

    name = path.replace(".", "/")
    for folder in sys.path:
        for ending in (".py", ".mpy"):
            own = (folder + "/" if folder else "") + name + ending
            if (
                folder[:4] != "/rom"
                and exists(own)
                and (not file or file.split("/")[-1] != own.split("/")[-1])
            ):
                other = (
                    "a folder of that name" if exists(own[: -len(ending)]) else "MicroPython's own " + path
                )
                return "; %s stands before %s: give yours another name" % (other, own)
    return ""


def _candidates():
    found = set()
    for folder in sys.path:
        if folder == "/firmware":  # of a virtual board
            continue
        try:
            for name in os.listdir(folder or "."):
                if (name[-3:] == ".py" or name[-4:] == ".mpy") and name not in ("main.py", "boot.py"):
                    found.add(name[: name.rindex(".")])
        except OSError:
            pass
    return ", ".join(sorted(found)) or "none"


def missing(owner, name, have):
    """Return the AttributeError of `owner` for `name`. have: names that it has beside those of its class."""
    have = have + list(owner.__dict__)
    classes = [type(owner)]
    while classes:
        one = classes.pop()
        # Not dir(): on MicroPython it asks the object for every name that the firmware knows.
        have += list(getattr(one, "__dict__", ()))
        classes += [base for base in one.__bases__ if base is not object]
    names = sorted({known for known in have if known[:1] != "_"})
    return AttributeError("%s has no %r; have %s" % (type(owner).__name__, name, ", ".join(names)))
