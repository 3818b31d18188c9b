"""JSON files: read, and saved so that a power cut leaves the old or the new one."""

import json
import os

from .ticks import const

RARE = True  # needed at a start, and when something is saved

GOOD = ".good"  # ends the name of the last copy that could be read
_DEPTH = const(32)  # levels of lists and objects


def parse(text):
    """Return the value that the JSON `text` (str or bytes) holds. ValueError: it is not one whole value."""
    from .json_strict import loads

    try:
        return loads(text.encode() if isinstance(text, str) else text, _DEPTH, True)
    except OverflowError as error:
        raise ValueError(str(error))


def load(path, tell=None, keep=False, without="booting on defaults"):
    """Return the object in the JSON file `path`; {} when there is none or it is broken.

    What people write on a PC (a byte order mark, UTF-16, comments, a comma too many) is read. A broken file is
    kept as `path`.bad, and `tell(text)` is called with what is wrong; the copy of an interrupted save is used
    if that is whole, and the last good copy if there is one. keep: this one is to be that copy, `path`.good.
    without: what the device does, `tell` is told, where there is no such copy.
    """
    for name in (path, path + ".tmp"):
        try:
            with open(name, "rb") as f:
                raw = f.read()
        except OSError as error:
            if not exists(name):
                continue
            raw = error  # it can't be read
        try:
            # What has been read before needs no strict reader, which takes 5 KB.
            good = keep and name == path and _good(path, raw)
            found = good or _object(raw)
            if name != path:
                try:
                    os.rename(name, path)  # the next save writes over it: it must not be the only one then
                except OSError:
                    pass
            if keep and not good:
                _keep(path + GOOD, raw)
            return found
        except ValueError as error:
            if name == path:
                from .json_lenient import last_good

                return last_good(path, str(error), tell, without)
    return {}


def exists(path):
    """Tell whether there is a file or folder `path`."""
    try:
        os.stat(path)
        return True
    except OSError:  # its number is not the same everywhere
        return False


def trial_path(kernel):
    """Return the path of the file that holds what is to come back if a change of the settings fails; see trial.py."""
    return kernel.path[: kernel.path.rfind("/") + 1] + "secrets.json.trial"


def load_good(path):
    """Return the object in the last good copy of `path`, {} when there is none."""
    return read(path + GOOD) or {}


def read(path):
    """Return the object in the file `path`, and change nothing; None when it can't be read."""
    try:
        with open(path, "rb") as f:
            return _object(f.read())
    except (OSError, ValueError):
        return None


def _good(path, raw):
    # What `raw`, read from `path`, holds when it is its last good copy, else None.
    try:
        with open(path + GOOD, "rb") as f:
            if f.read() == raw and b"\\u" not in raw:  # whose pairs MicroPython does not join
                return json.loads(str(raw, "utf-8"))
    except (OSError, ValueError):  # with comments, for one
        pass
    return None


def _keep(path, raw):
    try:
        with open(path, "wb") as f:
            f.write(raw)
    except OSError:
        pass  # no room


def save(path, config, compare=True):
    """Write `config` to `path` by way of a temporary file, readably, its keys in the order that they had.

    What is there already is not written again. compare: False for what is another each time: the old file is not
    read. OSError: it can't be written; the old file is whole.
    """
    from .json_write import replace

    replace(path, config, compare)


def _object(raw):
    if isinstance(raw, OSError):
        raise ValueError("can't be read: %s" % raw)
    try:
        found = parse(raw)
    except ValueError:  # UnicodeError is one
        from .json_lenient import plain, text_of

        found = parse(plain(text_of(raw)))
    if not isinstance(found, dict):
        raise ValueError("is not an object")
    return found
