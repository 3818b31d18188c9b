"""Rules for an entry of a registry: what it has to have, and where its files may go."""

from .rules import InstallError, check_name, parse

RARE = True  # needed while plugins come or go

_PATH = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-+@"


def check_path(path, base):
    """Raise InstallError unless `path` is a plain path of a file under `base`, as "plugins/mqtt"."""
    good = isinstance(path, str) and len(path) <= 120 and path.startswith(base + "/")
    if good:
        for part in path.split("/"):
            # No empty one, no `..`, nothing hidden: only what can't lead elsewhere on any file system.
            if not part or part[0] == "." or part[-1] == "." or any([c not in _PATH for c in part]):
                good = False
    if not good:
        raise InstallError("path %r is not under %s" % (path, base))


def check_library_path(path, name):
    """Raise InstallError unless `path` belongs to the library `name`, as umqtt/simple.py to umqtt.simple."""
    top = name.split(".")[0].split("-")[0]
    if top in ("modcore", "plugins", "main", "boot", ""):
        raise InstallError("%r is not a library" % name)
    if path not in (top + ".py", top + ".mpy"):
        check_path(path, top)


def check_entry(entry):
    """Raise InstallError unless an entry of a registry has what installing needs; returns it."""
    if not isinstance(entry, dict):
        raise InstallError("an entry is not an object")
    check_name(entry.get("name"))
    name = entry["name"]
    for key in ("version", "requires", "deps", "minimum"):
        if key not in entry:
            raise InstallError("%s: the registry misses %r" % (name, key))
    parse(entry["version"])
    if not isinstance(entry["requires"], list) or not isinstance(entry["deps"], list):
        raise InstallError("%s: requires and deps are lists" % name)
    for need in entry["requires"]:
        check_name(need)
    for dep in entry["deps"]:
        if not isinstance(dep, list) or len(dep) != 2 or not isinstance(dep[0], str):
            raise InstallError("%s: deps are pairs of name and version" % name)
    minimum = entry["minimum"]
    if not isinstance(minimum, dict) or not isinstance(minimum.get("heap", 0), int):
        raise InstallError("%s: minimum is an object" % name)
    for key in minimum:
        if key != "heap":
            parse(minimum[key])
    return entry


def check_files(name, files, check, base):
    """Raise InstallError unless `files` is a list of [path, bytes, SHA-256], whose paths pass `check`."""
    if not isinstance(files, list) or not files:
        raise InstallError("%s: the registry misses its files" % name)
    seen = set()
    for file in files:
        if not isinstance(file, list) or len(file) != 3:
            raise InstallError("%s: files are [path, bytes, SHA-256]" % name)
        path, size, digest = file
        try:
            check(path, base)
        except InstallError as error:
            raise InstallError("%s: %s" % (name, error))
        if path.lower() in seen:
            raise InstallError("%s: %s is there twice" % (name, path))
        seen.add(path.lower())
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise InstallError("%s: %s: %r is not a size" % (name, path, size))
        if not isinstance(digest, str) or len(digest) != 64 or not is_hex(digest):
            raise InstallError("%s: %s: %r is not a SHA-256" % (name, path, digest))


def is_hex(text):
    """Tell whether `text` has hexadecimal digits only, in lower case."""
    return not [c for c in text if c not in "0123456789abcdef"]
