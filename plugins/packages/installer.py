"""Installs, updates and removes plugins on the device itself, from registries on the web."""

import os

from modcore import plugins
from modcore.journal import Journal, disk_error, exists, make_folders

from .download import Download
from .entries import check_entry
from .plan import Plan
from .registry import read
from .rules import InstallError, check_name
from .stage import exchange, stage

# Where packages of the MicroPython library come from that a registry does not carry along.
LIBRARY = "https://micropython.org/pi/v2"
_OLD = "plugins/.install/old/"


class Installer:
    """Brings plugins from registries to `root`, the folder that holds `plugins`.

    registries: URLs of package indexes, or of files registry.json. report(text, done, total): told what
    happens, with the bytes so far. library: the index for library packages that no registry carries.
    Its methods that fetch are generators, which yield the milliseconds to wait (None: none):

        for ms in Installer(["http://host/index"], "/lib").install("mqtt"):
            sleep_ms(ms or 0)

    InstallError, from any of them: why not; what was there before works on.
    """

    def __init__(self, registries, root, report=None, library=LIBRARY, download=None):
        self._registries = [registries] if isinstance(registries, str) else registries
        self._report = report
        self._library = library
        self.download = download or Download()
        self.journal = Journal(root)
        self.name = ""
        self.done = self._total = 0

    def available(self):
        """Generator: what the registries have, {name: {"version", "description", "requires", "heap"…}}.

        An entry that nobody could install is {"error": why}.
        """
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

        for url in self._urls():
            yield from read(self.download, url, on_entry, ("config", "events"))
        self.download.close()
        return found

    def install(self, name, enable=False):
        """Generator: install `name` with all that it requires, and update what is too old for it.

        enable: also have it named in the configuration once it is in place. Returns the Journal, on trial,
        or None when everything was there.
        """
        check_name(name)
        have = _installed()
        whole = [other for other in have if "error" not in have[other]]
        if name in whole and not [need for need in have[name].get("requires") or () if need not in whole]:
            return None
        return (yield from self._bring(name, have, enable))

    def update(self, name):
        """Generator: bring `name` to its newest version. Returns the Journal, or None when that was there."""
        check_name(name)
        return (yield from self._bring(name, _installed(name), False))

    def remove(self, name):
        """Remove `name` at once; its configuration stays. InstallError: another plugin requires it."""
        check_name(name)
        have = _installed(name)
        needed = [other for other in sorted(have) if name in (have[other].get("requires") or ())]
        if needed:
            raise InstallError("%s is required by %s" % (name, ", ".join(needed)))
        self._settle()
        place = self.journal.path(_OLD) + name
        make_folders(place)
        # One step: before it the plugin is whole, after it gone, and what is left is rubbish.
        os.rename(self.journal.path("plugins/") + name, place)
        self.journal.clean()

    def _urls(self):
        if not self._registries:
            raise InstallError('no registry: set {"packages": {"index": ["http://…"]}} in config.json')
        return [
            url if url.endswith(".json") else url.rstrip("/") + "/registry.json" for url in self._registries
        ]

    def _bring(self, name, have, enable):
        self.name = name
        self.done = self._total = 0
        self.say("reading the registry")
        staging = False
        try:
            plan = _Result()
            yield from Plan(self.download, self._urls(), self._library).make(name, have, plan)
            if not plan.order:
                return None
            self._total = sum([file[2] or 0 for file in plan.files])
            self._check_disk()
            self._settle()
            staging = True
            yield from stage(self, plan)
            return exchange(self, plan, have, enable)
        except OSError as error:
            raise InstallError("%s: %s" % (name, disk_error(error)))
        finally:
            # Also when the generator is closed or the memory is full: without a journal it is rubbish.
            if staging and self.journal.data is None:
                self.journal.clean()
            self.download.close()

    def _check_disk(self):
        if hasattr(os, "statvfs"):
            folder = self.journal.path("plugins")
            found = os.statvfs(folder if exists(folder) else self.journal.prefix or ".")
            free = found[0] * found[4]
            if self._total > free:
                raise InstallError("%s needs %d bytes of disk, %d are free" % (self.name, self._total, free))

    def _settle(self):
        """Finish what came before: a trial that is still on, or what a power cut has left."""
        data = self.journal.load()
        if data is None:
            self.journal.clean()
        elif data["state"] == "trial":
            self.journal.accept()
        else:
            self.journal.recover()
            self.journal.accept()
        self.journal.data = None

    def say(self, text):
        """Report what happens."""
        if self._report:
            self._report("%s: %s" % (self.name, text), self.done, self._total)


class _Result:
    """What is to be done, as plan.py has worked it out."""


def _installed(name=None):
    have = plugins.installed("version", "requires", "minimum")
    if name is not None and name not in have:
        raise InstallError("%s is not installed; have %s" % (name, ", ".join(sorted(have)) or "none"))
    return have
