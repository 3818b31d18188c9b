"""Plugins on the device: found by their manifests, nothing imported; installed, updated and removed."""

import os
import sys

from .bus import load


def folders():
    """The `plugins` folders under the entries of `sys.path`."""
    found = []
    for entry in sys.path:
        if entry != ".frozen":
            folder = (entry + "/" if entry else "") + "plugins"
            if folder not in found and _is_folder(folder):
                found.append(folder)
    return found


def root():
    """The folder that has the folder `plugins`, or shall have it: on a board /lib, where mip installs to."""
    for folder in folders():
        return _above(folder)
    for entry in sys.path:
        if entry[-4:] == "/lib" and entry[:4] != "/rom":
            return entry
    return ""


def _above(folder):
    return folder[:-8] or ("/" if folder[0] == "/" else "")


def names():
    """The names of the installed plugins, sorted."""
    found = set()
    for folder in folders():
        for name in os.listdir(folder):
            if _size(folder + "/" + name + "/plugin.json") is not None:
                found.add(name)
    return sorted(found)


def manifest(name):
    """The manifest of an installed plugin; ValueError when there is none, or it is broken.

    manifest("mqtt")["version"]
    """
    bare = None
    for folder in folders():
        path = folder + "/" + name + "/plugin.json"
        if _size(path) is None:
            if bare is None and name and _is_folder(folder + "/" + name):
                bare = path
            continue
        try:
            with open(path) as f:
                found = load("json_files").parse(f.read())
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


# What follows loads its code when it is called, prints what it does and holds up the caller until it is done;
# in a running device the plugin `packages` does the same beside everything else.


def available(index=None):
    """What can be installed: {name: {"version", "description", "requires", "heap", "size"}}.

    index: URL of a package index or of a registry.json, or a list of these; without it those that config.json
    names as {"packages": {"index": [...]}}. InstallError: a registry can't be had, or is broken.

        sorted(modcore.plugins.available("http://192.168.1.5:8000"))
    """
    return load("install_now").available(index)


def install(name, index=None):
    """Install a plugin with all that it requires; returns {name: version} of what is new.

    InstallError: why not; what was there before is whole and works on.

        modcore.plugins.install("mqtt", "http://192.168.1.5:8000")
    """
    return load("install_now").install(name, index)


def update(name=None, index=None):
    """Bring a plugin, all without a name, to the newest version; returns {name: version} of what is new.

    The former version is kept until the new one has run for a minute. InstallError: why not.

        modcore.plugins.update()
    """
    return load("install_now").update(name, index)


def remove(name):
    """Remove a plugin; its configuration stays. InstallError: it is not there, or another one requires it."""
    load("install_now").remove(name)


def recover():
    """Finish an exchange of plugins that a power cut has interrupted; modcore.main() calls it first.

    Returns the Journal of an exchange that is on trial, or that was just given up; mostly None.
    """
    for folder in folders():
        if _is_folder(folder + "/.install"):
            journal = load("journal").Journal(_above(folder))
            if journal.recover():
                return journal
    return None


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
