"""Plugins on a board on USB: brought by the PC, checked there, exchanged as the device itself does it."""

from plugins.packages.rules import InstallError, parse, satisfies

from ..manifest import KERNEL
from .show import Fail, progress
from .source import order

_EXCHANGE = """
from modcore.journal import Journal
_j = Journal({root!r})
_j.exchange({moves!r}, {versions!r}, ())
_j = None
"""

_SETTLE = """
from modcore.journal import Journal
_j = Journal({root!r})
if _j.load() is None:
    _j.clean()
elif _j.data['state'] == 'trial':
    _j.accept()
else:
    _j.recover()
    _j.accept()
_j = None
"""

_KERNEL = """
import os
_rm({old!r})
try:
    os.rename({place!r}, {old!r})
except OSError:
    pass
os.rename({new!r}, {place!r})
_rm({old!r})
"""

_CONFIGURE = """
from modcore.json_files import load, save
_c = load('config.json')
_l = _c.setdefault('plugins', [])
_c['plugins'] = [n for n in _l if n not in {drop!r}] + [n for n in {add!r} if n not in _l]
save('config.json', _c)
"""


class Onboard:
    """Installs, updates and removes on the board `usb` (a Usb), from `place` (Here or Registry)."""

    def __init__(self, usb, place):
        self._usb = usb
        self._place = place
        libraries = sorted({dep[0] for entry in place.entries().values() for dep in entry["deps"]})
        self.state = usb.survey(libraries)
        self._compiled = self.state["mpy"] == 6
        self._lib = self.state["lib"]

    def installed(self):
        """{name: version} of the plugins there."""
        return {name: found["version"] for name, found in self.state["plugins"].items()}

    def install(self, names, as_json=False, start=True):
        """Bring plugins that are not there, with what they require; returns {name: version} of what is new."""
        wanted = [name for name in order(names, self._place) if name not in self.installed()]
        return self._bring(wanted, [name for name in names], as_json, start)

    def update(self, names, as_json=False):
        """Bring plugins (all without names) and modcore to the newest version; returns what is new."""
        have = self.installed()
        for name in names:
            if name not in have and name != KERNEL:
                known = ", ".join(sorted(have)) or "none"
                raise Fail("{} is not installed; have {}; `modcore install {}`".format(name, known, name))
        every = self._place.entries()
        chosen = [name for name in (names or sorted(have)) if name != KERNEL and name in every]
        wanted = []
        for name in order(chosen, self._place):
            if name not in have or parse(every[name]["version"]) > parse(have[name] or "0.0.0"):
                wanted.append(name)
        kernel = not names or KERNEL in names
        return self._bring(wanted, (), as_json, False, kernel)

    def _bring(self, wanted, enabled, as_json, start, kernel=False):
        new = self._check(wanted)
        mine = self._place.entry(KERNEL)["version"]
        if self.state["modcore"] is None or kernel and parse(mine) > parse(self.state["modcore"]):
            new = dict({KERNEL: mine}, **new)
        files = {name: self._place.files(name, self._compiled) for name in new}
        libraries = {}
        for name in wanted:
            for dep, _ in self._place.entry(name)["deps"]:
                if not self.state["libraries"].get(dep):
                    libraries.update(self._place.library(dep, self._compiled))
        total = sum(len(data) for group in list(files.values()) + [libraries] for data in group.values())
        if self.state["disk"] is not None and total > self.state["disk"]:
            raise Fail(
                "that takes {} bytes of disk, {} are free on the board".format(total, self.state["disk"])
            )
        with progress("installing", total, as_json) as told:
            self._write(files, libraries, told)
        if start and enabled:
            self._configure(add=[name for name in enabled if self._place.entry(name)["module"]])
        return new

    def _check(self, wanted):
        kernel = self.state["modcore"] or self._place.entry(KERNEL)["version"]
        heap = 0
        for name in wanted:
            entry = self._place.entry(name)
            lowest = entry["minimum"].get(KERNEL)
            try:
                if lowest and not satisfies(kernel, lowest):
                    raise Fail(
                        "{} {} needs modcore {}, the board has {}; `modcore update modcore` first".format(
                            name, entry["version"], lowest, kernel
                        )
                    )
            except InstallError as error:
                raise Fail("{}: {}".format(name, error)) from None
            heap += entry["minimum"].get("heap", 0)
        if self.state["heap"] is not None and heap > self.state["heap"]:
            text = "that takes {} bytes of heap, {} are free on the board"
            raise Fail(text.format(heap, self.state["heap"]))
        return {name: self._place.entry(name)["version"] for name in wanted}

    def _write(self, files, libraries, told):
        usb, lib = self._usb, self._lib
        kernel = files.pop(KERNEL, None)
        if kernel:
            new = lib + "/modcore.new"
            usb.remove(new)
            usb.stage({new + path[len(KERNEL) :]: data for path, data in kernel.items()}, told, [new])
            usb.exec(_KERNEL.format(place=lib + "/modcore", new=new, old=lib + "/modcore.old"))
        if not files and not libraries:
            return
        usb.exec(_SETTLE.format(root=lib))
        stage = "plugins/.install/"
        moves, versions, staged = [], {}, {}
        for name in files:
            for path, data in files[name].items():
                staged["{}/{}new/{}".format(lib, stage, path[len("plugins/") :])] = data
            old = self.installed().get(name)
            moves.append([stage + "new/" + name, "plugins/" + name, stage + "old/" + name if old else None])
            versions[name] = [old, self._place.entry(name)["version"]]
        for path, data in libraries.items():
            staged["{}/{}new/.lib/{}".format(lib, stage, path)] = data
            moves.append([stage + "new/.lib/" + path, path, None])
        before = sum(len(data) for data in (kernel or {}).values())
        usb.stage(staged, lambda done, path: told(before + done, path), [lib + "/plugins/.install"])
        usb.exec(_EXCHANGE.format(root=lib, moves=moves, versions=versions))

    def _configure(self, add=(), drop=()):
        if add or drop:
            self._usb.exec(_CONFIGURE.format(add=list(add), drop=list(drop)))

    def remove(self, names):
        """Remove plugins from the board and from its configuration."""
        have = self.state["plugins"]
        for name in names:
            if name not in have:
                raise Fail("{} is not installed; have {}".format(name, ", ".join(sorted(have)) or "none"))
            users = [n for n in sorted(have) if name in (have[n]["requires"] or ()) and n not in names]
            if users:
                raise Fail("{} is required by {}; remove that first".format(name, ", ".join(users)))
        if self.state["modcore"]:
            self._usb.exec(_SETTLE.format(root=self._lib))
        for name in names:
            old = "{}/plugins/.install/old/{}".format(self._lib, name)
            self._usb.rename("{}/plugins/{}".format(self._lib, name), old)
        self._usb.remove(self._lib + "/plugins/.install")
        if self.state["modcore"]:
            self._configure(drop=names)
