"""Plugins on the device: found by their manifests, nothing imported."""

import os
import sys

RARE = True  # needed at boot, and by who installs


def folders():
    """The `plugins` folders under the entries of `sys.path`."""
    found = []
    for entry in sys.path:
        if entry != ".frozen":
            folder = (entry + "/" if entry else "") + "plugins"
            if folder not in found and _is_folder(folder):
                found.append(folder)
    return found


def frozen():
    """The plugins in the firmware, ((name, manifest as JSON), …): files of theirs can't be asked for."""
    try:
        from frozen_plugins import MANIFESTS  # made by manifest.py
    except ImportError:
        MANIFESTS = ()
    return MANIFESTS


def root():
    """The folder that has the folder `plugins`, or shall have it: on a board /lib, where mip installs to."""
    for folder in folders():
        return above(folder)
    for entry in sys.path:
        if entry[-4:] == "/lib" and entry[:4] != "/rom":
            return entry
    return ""


def above(folder):
    """The folder that holds the folder `plugins`, as entries of `sys.path` name it."""
    return folder[:-8] or ("/" if folder[0] == "/" else "")


def names():
    """The names of the installed plugins, sorted."""
    found = set()
    for folder in folders():
        for name in os.listdir(folder):
            if _size(folder + "/" + name + "/plugin.json") is not None:
                found.add(name)
    found.update([name for name, text in frozen()])
    return sorted(found)


def manifest(name):
    """The manifest of an installed plugin; ValueError when there is none, or it is broken.

    manifest("mqtt")["version"]
    """
    from .json_files import parse

    bare = None
    for folder in folders():
        path = folder + "/" + name + "/plugin.json"
        if _size(path) is None:
            if bare is None and name and _is_folder(folder + "/" + name):
                bare = path
            continue
        try:
            with open(path) as f:
                found = parse(f.read())
            if not isinstance(found, dict):
                raise ValueError("no object")
            for key in ("name", "version", "module"):
                if key not in found:
                    raise ValueError("misses %r" % key)
            if found["name"] != name:
                raise ValueError("its name is %r" % (found["name"],))
        except ValueError as error:
            raise ValueError("%s is broken: %s" % (path, error))
        found["folder"] = folder + "/" + name
        return found
    for known, text in frozen():
        if known == name:
            found = parse(text)
            found["folder"] = ".frozen/plugins/" + name
            return found
    if bare:
        raise ValueError("plugins: %s is missing" % bare)
    raise ValueError("plugins: %r not found; have %s" % (name, ", ".join(names()) or "none"))


def installed(*keys):
    """The manifests of all installed plugins, by name; a broken one is `{"error": why}`.

    keys: only these of each manifest, None where it has none: all of them may take much memory.

        modcore.plugins.installed("version")     # {"mqtt": {"version": "1.0.0"}, ...}
    """
    found = {}
    for name in names():
        try:
            found[name] = _part(name, keys) if keys else manifest(name)
        except ValueError as error:
            found[name] = {"name": name, "error": str(error)}
    return found


def _part(name, keys):
    # Read as a stream: a small heap in which much runs has no room for the text in one piece.
    import json

    for folder in folders():
        path = folder + "/" + name + "/plugin.json"
        if _size(path) is not None:
            try:
                with open(path) as f:
                    found = json.load(f)
            except ValueError:
                found = None
            if not isinstance(found, dict) or found.get("name") != name or "version" not in found:
                raise ValueError("%s is broken" % path)
            return {key: found.get(key) for key in keys}
    found = manifest(name)
    return {key: found.get(key) for key in keys}


def _size(path):
    try:
        return os.stat(path)[6]
    except OSError:
        return None


def _is_folder(path):
    try:
        return os.stat(path)[0] & 0x4000 != 0
    except OSError:
        return False
