"""Takes plugins out of a running kernel and puts them back in, in the version that is in their folder now."""

import sys

from modcore import plugins
from modcore.lazy import drop, load


def users(names):
    """The installed plugins `names` and all that require them, each after what it needs."""
    have = plugins.installed("requires")
    found = []

    def visit(name, trail):
        if name in found or name in trail or name not in have:
            return
        for need in have[name].get("requires") or ():
            visit(need, trail + (name,))
        if name in names or [need for need in have[name].get("requires") or () if need in found]:
            found.append(name)

    for name in sorted(have):
        visit(name, ())
    return found


def running(kernel, name):
    """The modules of the kernel that are of plugin `name`'s class."""
    if "plugins." + name not in sys.modules:
        return []
    try:
        kind = getattr(load("plugins." + name), plugins.manifest(name).get("module") or "")
    except (ValueError, AttributeError):
        return []
    return [module for module in kernel.modules.values() if type(module) is kind]


def take_out(kernel, names):
    """Eject the modules of `names` and forget their code; returns the names that had one in the kernel."""
    had = []
    for name in reversed(names):
        for module in running(kernel, name):
            kernel.remove(module.id)
            had.insert(0, name)
    for name in names:
        forget(name)
    return had


def forget(name):
    """Take the code of a plugin out of memory, so that its next import reads the files anew."""
    path = "plugins." + name
    drop(lambda key, _: key == path or key.startswith(path + "."))


def put_in(kernel, names):
    """Import the plugins and add their modules, as at boot; returns {name: why} of those that failed."""
    failed = {}
    for name in names:
        try:
            word = plugins.manifest(name).get("module")
            if word:
                package = load("plugins." + name)
                if not running(kernel, name):
                    kernel.add(getattr(package, word)())
        except Exception as error:
            failed[name] = "%s: %s" % (type(error).__name__, error)
    return failed


def enable(kernel, name):
    """Name a plugin, and what it requires to run, in the configuration; returns the names that are new there."""
    listed = kernel.config.get("plugins")
    if not isinstance(listed, list):
        listed = kernel.config["plugins"] = []
    added = []

    def visit(name, trail):
        if name in trail:
            return
        manifest = plugins.manifest(name)
        for need in manifest.get("requires", ()):
            visit(need, trail + (name,))
        if manifest.get("module") and name not in listed:
            listed.append(name)
            added.append(name)

    visit(name, ())
    if added:
        kernel.save()
    return added


def disable(kernel, names):
    """Take plugins out of the configuration's list."""
    listed = kernel.config.get("plugins")
    if isinstance(listed, list):
        gone = [name for name in names if name in listed]
        for name in gone:
            listed.remove(name)
        if gone:
            kernel.save()
