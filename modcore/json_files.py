"""JSON files: read, and saved so that a power cut leaves the old or the new one."""

import json
import os

_ENOSPC = 28


def parse(text):
    """The value that the JSON `text` holds. ValueError: it is not one whole value.

    MicroPython's reader takes a text that ends too early for whole; the brackets around it show that.
    """
    found = json.loads("[[" + text + "],7]")
    if len(found) != 2 or len(found[0]) != 1:
        raise ValueError("ends too early, or holds no value")
    return found[0][0]


def load(path, tell=None):
    """The object in the JSON file `path`; {} when there is none or it is broken.

    A broken file is kept as `path`.bad, `tell(text)` is called with what is wrong, and the copy of an
    interrupted save is used if that is whole.
    """
    for name in (path, path + ".tmp"):
        try:
            with open(name) as f:
                text = f.read()
        except OSError:
            continue
        except ValueError:  # not UTF-8
            text = ""
        try:
            found = parse(text)
            if isinstance(found, dict):
                if name != path:
                    _put_back(name, path)
                return found
            reason = "no object"
        except ValueError as error:
            reason = str(error)
        if name == path:
            _set_aside(path)
            if tell:
                tell("%s is broken (%s): kept as %s.bad, booting on defaults" % (path, reason, path))
            return {}
    return {}


def _put_back(temporary, path):
    # The next save writes over the temporary file: it must not be the only one then.
    try:
        os.rename(temporary, path)
    except OSError:
        pass


def _set_aside(path):
    try:
        os.remove(path + ".bad")
    except OSError:
        pass
    try:
        os.rename(path, path + ".bad")
    except OSError:
        pass


def save(path, config):
    """Write `config` to `path`, readable, by way of a temporary file. OSError: it can't be; the old file is whole."""
    from .json_text import write

    temporary = path + ".tmp"
    try:
        with open(temporary, "w") as f:
            write(f, config)
            f.flush()
            if hasattr(os, "fsync"):
                os.fsync(f.fileno())
    except OSError as error:
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
