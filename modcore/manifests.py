"""Plugins on the device: found by their manifests, nothing imported."""

import os
import sys

from .json_files import exists
from .lazy import import_path

RARE = True  # needed at boot, and by who installs


def folders():
    """The `plugins` folders under the entries of `sys.path`."""
    found = []
    for entry in sys.path:
        if entry != ".frozen":
            folder = (entry + "/" if entry else "") + "plugins"
            if folder not in found and is_folder(folder):
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
            if exists(folder + "/" + name + "/plugin.json"):
                found.add(name)
    found.update([name for name, text in frozen()])
    return sorted(found)


def place(name):
    """The folder of an installed plugin; ValueError when there is none."""
    bare = None
    for folder in folders():
        path = folder + "/" + name
        if exists(path + "/plugin.json"):
            return path
        if bare is None and name and is_folder(path):
            bare = path
    if [known for known, _ in frozen() if known == name]:
        return ".frozen/plugins/" + name
    if bare:
        raise ValueError("plugins: %s/plugin.json is missing" % bare)
    raise ValueError("plugins: %r not found; have %s" % (name, ", ".join(names()) or "none"))


def manifest(name):
    """The manifest of an installed plugin; ValueError when there is none, or it is broken.

    manifest("mqtt")["version"]
    """
    from .json_files import parse

    folder = place(name)
    try:
        if folder[:8] == ".frozen/":
            found = parse(dict(frozen())[name])
        else:
            with open(folder + "/plugin.json") as f:
                found = parse(f.read())
        _check(found, name)
    except ValueError as error:
        raise ValueError("%s/plugin.json is broken: %s" % (folder, error))
    found["folder"] = folder
    return found


def part(name, *keys):
    """Some keys of the manifest of an installed plugin, None where it has none, and its `folder`.

    Read as a stream: the text in one piece takes memory that a small heap does not have. ValueError as for `manifest`.

        part("mqtt", "requires")        # {"requires": [], "folder": "/lib/plugins/mqtt"}
    """
    folder = place(name)
    if folder[:8] == ".frozen/":
        found = manifest(name)
    else:
        import json

        try:
            with open(folder + "/plugin.json") as f:
                found = json.load(f)
            _check(found, name)
        except ValueError as error:
            raise ValueError("%s/plugin.json is broken: %s" % (folder, error))
    found = {key: found.get(key) for key in keys}
    found["folder"] = folder
    return found


def _check(found, name):
    if not isinstance(found, dict):
        raise ValueError("is not an object")
    for key in ("name", "version", "module"):
        if key not in found:
            raise ValueError("misses %r" % key)
    if found["name"] != name:
        raise ValueError("its name is %r" % (found["name"],))


def installed(*keys):
    """The manifests of all installed plugins, by name; a broken one is `{"error": why}`.

    keys: only these of each manifest, None where it has none: all of them may take much memory.

        modcore.plugins.installed("version")     # {"mqtt": {"version": "1.0.0"}, ...}
    """
    found = {}
    for name in names():
        try:
            found[name] = part(name, *keys) if keys else manifest(name)
            if keys:
                del found[name]["folder"]
        except ValueError as error:
            found[name] = {"name": name, "error": str(error)}
    return found


def is_folder(path):
    """Tell whether there is a folder `path`."""
    try:
        return os.stat(path)[0] & 0x4000 != 0
    except OSError:
        return False


def find_plugin(text):
    """Import the plugin that the text of an ImportError says is missing; False: it lies nowhere.

    MicroPython takes a package from one place only: this looks in the other entries of `sys.path`.
    """
    at = text.find("'plugins.")
    if at < 0 or "plugins" not in sys.modules or sys.implementation.name != "micropython":
        return False
    package = import_path("plugins")
    name = text[at + 1 :].split("'")[0].split(".")[1]
    if "plugins." + name in sys.modules:
        return False  # it is there, one of its files is not
    first = package.__path__
    try:
        for entry in sys.path:
            package.__path__ = (entry + "/" if entry else "") + "plugins"
            if package.__path__ != first:
                try:
                    import_path("plugins." + name)
                    return True
                except ImportError as error:
                    if "'plugins.%s'" % name not in str(error):
                        raise
    finally:
        package.__path__ = first
    return False
