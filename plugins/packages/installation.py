"""Installs, updates and removes plugins on the device itself, from registries on the web: the steps of Installer."""

import os

from modcore.journal import disk_error, exists, make_folders

from .installer import Plan
from .rules import InstallError, check_name, split_name

RARE = True  # needed while plugins come or go

_OLD = "plugins/.install/old/"


def available(installer):
    """Generator: what the registries have, {name: {"version", "description", "requires", "heap"…}}.

    An entry that nobody could install is {"error": why}.
    """
    from .entries import check_entry
    from .registry import read

    found = {}

    def on_entry(key, entry):
        name = entry.get("name")
        if key != "plugins" or not isinstance(name, str) or name in found:
            return
        try:
            check_entry(entry)
        except InstallError as error:
            found[name] = {"error": str(error)}
            return
        found[name] = {
            "version": entry["version"],
            "description": entry.get("description", ""),
            "requires": entry["requires"],
            "heap": entry["minimum"].get("heap", 0),
            "size": entry.get("size"),
        }

    for url in _urls(installer):
        yield from read(installer.download, url, on_entry, ("config", "events"))
    installer.download.close()
    return found


def install(installer, name, enable=False):
    """Generator: install `name` with all that it requires, and update what is too old for it.

    name: of a plugin, or `mqtt@1.2.0` for a version. enable: also have it named in the configuration once it is
    in place. Returns the Journal, on trial, or None when everything was there.
    """
    name, version = split_name(name)
    have = _installed()
    whole = [other for other in have if "error" not in have[other]]
    if name in whole and not [need for need in have[name].get("requires") or () if need not in whole]:
        if version is None or version == have[name]["version"]:
            return None
    return (yield from _bring(installer, name, have, enable, version))


def update(installer, name):
    """Generator: bring `name` to its newest version. Returns the Journal, or None when that was there."""
    check_name(name)
    return (yield from _bring(installer, name, _installed(name), False, None))


def remove(installer, name):
    """Remove `name` at once; its configuration stays. InstallError: another plugin requires it."""
    check_name(name)
    have = _installed(name)
    needed = [other for other in sorted(have) if name in (have[other].get("requires") or ())]
    if needed:
        raise InstallError("%s is required by %s" % (name, ", ".join(needed)))
    _settle(installer)
    place = installer.journal.path(_OLD) + name
    make_folders(place)
    # One step: before it the plugin is whole, after it gone, and what is left is rubbish.
    os.rename(installer.journal.path("plugins/") + name, place)
    installer.journal.clean()


def _urls(installer):
    if not installer.registries:
        raise InstallError('no registry: set {"packages": {"index": ["http://…"]}} in config.json')
    return [
        url if url.endswith(".json") else url.rstrip("/") + "/registry.json" for url in installer.registries
    ]


def _bring(installer, name, have, enable, version):
    installer.relieve()  # of what has read the manifests, for one
    from .plan import make

    installer.name = name
    installer.done = installer.total = 0
    installer.say("reading the registry")
    staging = False
    try:
        plan = Plan(installer.download, _urls(installer), installer.library)
        plan.version = version
        yield from make(plan, name, have)
        if not plan.order:
            return None
        installer.total = sum([file[2] or 0 for file in plan.files])
        _check_disk(installer)
        _settle(installer)
        staging = True
        make = None
        installer.relieve()  # what planning took leaves memory before the first file comes
        from .stage import exchange, stage

        yield from stage(installer, plan)
        return exchange(installer, plan, have, enable)
    except OSError as error:
        raise InstallError("%s: %s" % (name, disk_error(error)))
    finally:
        # Also when the generator is closed or the memory is full: without a journal it is rubbish.
        if staging and installer.journal.data is None:
            installer.journal.clean()
        installer.download.close()


def _check_disk(installer):
    if hasattr(os, "statvfs"):
        folder = installer.journal.path("plugins")
        found = os.statvfs(folder if exists(folder) else installer.journal.prefix or ".")
        free = found[0] * found[4]
        if installer.total > free:
            raise InstallError(
                "%s needs %d bytes of disk, %d are free" % (installer.name, installer.total, free)
            )


def _settle(installer):
    """Finish what came before: a trial that is still on, or what a power cut has left."""
    data = installer.journal.load()
    if data is None:
        installer.journal.clean()
    elif data["state"] == "trial":
        installer.journal.accept()
    else:
        installer.journal.recover()
        installer.journal.accept()
    installer.journal.data = None


def _installed(name=None):
    from modcore.manifests import installed

    have = installed("version", "requires", "minimum")
    if name is not None and name not in have:
        raise InstallError("%s is not installed; have %s" % (name, ", ".join(sorted(have)) or "none"))
    return have
