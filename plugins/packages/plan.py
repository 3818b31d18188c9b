"""What an installation will do, worked out before a byte is written: which plugins, which files."""

import gc
import sys

from modcore.journal import exists
from modcore.json_files import parse as parse_json
from modcore.lazy import load, loaded

from .entries import check_entry, check_files, check_library_path, check_path, is_hex
from .registry import read
from .rules import InstallError, parse, satisfies

# Keys of entries that planning has no use for.
_UNUSED = (
    "config",
    "events",
    "description",
    "size",
    "author",
    "license",
    "homepage",
    "urls",
    "caption",
    "optional",
)


class Plan:
    """The way from what is installed to a plugin in its newest version.

    registries: URLs of files registry.json; library: that of an index of the MicroPython library.
    """

    def __init__(self, download, registries, library):
        self._download = download
        self._urls = registries
        self._library = library
        self._entries = {}  # of the plugins that are wanted: name -> entry
        self._wanted = []  # names of plugins
        self._names = []  # all that the registries have
        self._deps = {}  # wanted packages of the MicroPython library: name -> version
        self._carried = {}  # those that a registry has
        self._have = {}
        self.order = []

    def make(self, name, have, result):
        """Generator: work out how to bring `name`. have: the manifests of what is installed, by name.

        result gets: order, the names of the plugins to take in, each after what it requires; versions,
        {name: version}; files, [(URL, path from /lib, bytes or None, SHA-256 or its beginning)]; libraries,
        paths of the files of library packages that come along. InstallError: it can't be, and why; nothing
        has been written then.
        """
        gc.collect()
        result.order = self.order
        self._have = have
        self._wanted.append(name)
        before = -1
        # Once is enough where every plugin stands before what it requires, as in registries that we make.
        while self._is_open() and len(self._entries) + len(self._carried) != before:
            before = len(self._entries) + len(self._carried)
            self._names = []
            for url in self._urls:
                yield from self._read(url)
        self._choose(name, ())
        if not self.order:
            return
        self._check_kernel()
        self._check_dependents()
        self._check_heap(name)
        result.versions = {chosen: self._entries[chosen]["version"] for chosen in self.order}
        result.files = []
        result.libraries = []
        for chosen in self.order:
            self._add_files(self._entries.pop(chosen), check_path, "plugins/" + chosen, result.files)
        for dep, entry in self._carried.items():
            result.libraries += self._add_files(entry, check_library_path, dep, result.files)
        for dep in self._deps:
            if dep not in self._carried:
                yield from self._find_library(dep, self._deps[dep], result)

    def _is_open(self):
        return len(self._entries) < len(self._wanted) or len(self._carried) < len(self._deps)

    def _read(self, url):
        here = []

        def on_entry(key, entry):
            name = entry.get("name")
            if not isinstance(name, str):
                return
            if key == "plugins":
                if name in here:
                    raise InstallError("names %r twice" % name)
                here.append(name)
                if name in self._wanted and name not in self._entries:
                    self._take(entry)
                    entry["from"] = url
                    fresh.append(entry)
            elif key == "libraries" and name in self._deps and name not in self._carried:
                entry["from"] = url
                self._carried[name] = entry
                fresh.append(entry)

        def wanted(name):
            return name in self._wanted and name not in self._entries or name in self._deps

        fresh = []
        bytecode = getattr(sys.implementation, "_mpy", 0) & 0xFF == 6
        scanner = yield from read(self._download, url, on_entry, _UNUSED, wanted, bytecode)
        for entry in fresh:
            entry["index"] = scanner.top.get("layout") == "index"
        self._names += here

    def _take(self, entry):
        """Keep the entry of a plugin that is wanted, and want what it needs. InstallError: it is broken."""
        name = check_entry(entry)["name"]
        self._entries[name] = entry
        for need in entry["requires"]:
            if not self._is_there(need, entry["minimum"].get(need)):
                self._want(need)
        if self._is_new(name):
            for dep, version in entry["deps"]:
                if not have_library(dep):
                    self._deps[dep] = version

    def _want(self, name):
        if name not in self._wanted:
            self._wanted.append(name)

    def _is_there(self, name, lowest):
        have = self._have.get(name)
        if not have or "error" in have:
            return False
        return not lowest or satisfies(have["version"], lowest)

    def _is_new(self, name):
        have = self._have.get(name)
        if not have or "error" in have:
            return True
        return parse(self._entries[name]["version"]) > parse(have["version"])

    def _choose(self, name, trail):
        if name in self.order:
            return
        if name in trail:
            raise InstallError("requires: cycle %s -> %s" % (" -> ".join(trail[trail.index(name) :]), name))
        if name not in self._entries:
            wanted = "%s requires %r, which" % (trail[-1], name) if trail else "%r" % name
            known = ", ".join(sorted(self._names)) or "none"
            raise InstallError("%s is in no registry; have %s" % (wanted, known))
        entry = self._entries[name]
        for need in entry["requires"]:
            lowest = entry["minimum"].get(need)
            if not self._is_there(need, lowest):
                self._choose(need, trail + (name,))
                version = self._entries[need]["version"]
                if lowest and not satisfies(version, lowest):
                    raise InstallError("%s needs %s %s, the registry has %s" % (name, need, lowest, version))
        if self._is_new(name):
            self.order.append(name)

    def _check_kernel(self):
        from modcore import __version__

        for name in self.order:
            entry = self._entries[name]
            lowest = entry["minimum"].get("modcore")
            if lowest and not satisfies(__version__, lowest):
                text = "%s %s needs modcore %s, this is %s"
                raise InstallError(text % (name, entry["version"], lowest, __version__))

    def _check_dependents(self):
        for other in sorted(self._have):
            minimum = self._have[other].get("minimum") or {}
            for name in self.order:
                version = self._entries[name]["version"]
                if other not in self.order and name in minimum and not satisfies(version, minimum[name]):
                    raise InstallError("%s needs %s %s, not %s" % (other, name, minimum[name], version))

    def _check_heap(self, first):
        if not hasattr(gc, "mem_free"):
            return
        need = 0
        for name in self.order:
            need += self._entries[name]["minimum"].get("heap", 0)
            if loaded("plugins." + name) and name in self._have:  # what it gives back
                need -= (self._have[name].get("minimum") or {}).get("heap", 0)
        gc.collect()
        if need > gc.mem_free():
            raise InstallError("%s needs %d bytes of heap, %d are free" % (first, need, gc.mem_free()))

    def _add_files(self, entry, check, base, plan):
        files = entry.get("files")
        check_files(entry["name"], files, check, base)
        folder = entry["from"].rpartition("/")[0]
        for path, size, digest in files:
            plan.append((_address(folder, entry["index"], path, digest), path, size, digest))
        return [file[0] for file in files]

    def _find_library(self, name, version, result):
        """Generator: add the files that the index of the MicroPython library has for `name`."""
        base = self._library.rstrip("/")
        form = sys.implementation._mpy & 0xFF if hasattr(sys.implementation, "_mpy") else "py"
        url = "%s/package/%s/%s/%s.json" % (base, form, name, version)
        text = bytearray()
        yield from self._download.get(url, text.extend, 8192)
        try:
            found = parse_json(str(text, "utf-8"))
            hashes = [(path, digest) for path, digest in found["hashes"]]
        except (ValueError, KeyError, TypeError):
            raise InstallError("%s describes no package" % url)
        if found.get("deps"):
            raise InstallError("%s needs further packages; install it with mip" % name)
        for path, digest in hashes:
            check_library_path(path, name)
            if not isinstance(digest, str) or not 8 <= len(digest) <= 64 or not is_hex(digest):
                raise InstallError("%s: %r is no hash" % (url, digest))
            result.files.append((_address(base, True, path, digest), path, None, digest))
            result.libraries.append(path)


def _address(base, index, path, digest):
    return "%s/file/%s/%s" % (base, digest[:2], digest[:8]) if index else base + "/" + path


def have_library(name):
    """Whether a package of the MicroPython library is here: as files, or in the firmware."""
    path = name.replace(".", "/")
    for folder in sys.path:
        for tail in (".py", ".mpy", "/__init__.py", "/__init__.mpy"):
            if folder != ".frozen" and exists((folder + "/" if folder else "") + path + tail):
                return True
    try:
        load(name)
        return True
    except ImportError:
        return False
