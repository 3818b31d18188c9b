"""Sources of plugins on a PC: the ones that came with modcore and those of the project, or a registry."""

import contextlib
import hashlib
import http.client
import json
import urllib.error
import urllib.request

from plugins.packages.entries import check_entry, check_files, check_library_path, check_path
from plugins.packages.rules import InstallError

from .. import manifest_mpy
from ..index import libraries
from ..manifest import KERNEL, ManifestError, Package, closure, plugin_folders, read_all
from ..tree import ROOT
from .show import Fail

_MAX_FILE = 1 << 20


class Missing(Fail):
    """A source does not have what it was asked for."""


def source(index=None, project=None):
    """The Registry at the URL `index`; without one what is on this PC."""
    return Registry(index) if index else Here(project)


def sources(index=None, project=None):
    """Return what to install from: the registry at the URL `index`, and this PC for what that has not."""
    return Chain(Registry(index), Here(project)) if index else Here(project)


class Chain:
    """Several sources; the first that has a name counts: a third party's registry, then what is on this PC."""

    def __init__(self, *places):
        self._places = places

    def entries(self):
        """{name: manifest} of all plugins."""
        found = {}
        for place in reversed(self._places):
            found.update(place.entries())
        return found

    def entry(self, name):
        """The manifest of a plugin, or of modcore."""
        return self._of(name).entry(name)

    def files(self, name, compiled):
        """{path from /lib: bytes} of a plugin or of modcore; compiled: as .mpy."""
        return self._of(name).files(name, compiled)

    def library(self, name, compiled):
        """{path from /lib: bytes} of a package of the MicroPython library."""
        for place in self._places[:-1]:
            with contextlib.suppress(Missing):
                return place.library(name, compiled)
        return self._places[-1].library(name, compiled)

    def _of(self, name):
        for place in self._places[:-1]:
            with contextlib.suppress(Missing):
                place.entry(name)
                return place
        if name != KERNEL and name not in self.entries():
            raise Missing("no plugin {!r}; have {}".format(name, ", ".join(sorted(self.entries()))))
        return self._places[-1]


class Here:
    """modcore as it is installed on this PC, its plugins, and those of the project in a folder."""

    def __init__(self, project=None):
        self._packages = {}
        for folder in plugin_folders(ROOT):
            with contextlib.suppress(ManifestError):  # its own authors will hear of it
                self._packages[folder.name] = Package.read(folder)
        try:
            for name, package in read_all(project).items() if project else ():
                self._packages[name] = package  # the project's own counts
            self._packages[KERNEL] = Package.kernel(ROOT)
        except ManifestError as error:
            raise Fail(str(error)) from None
        self._libraries = None

    def entries(self):
        """{name: manifest} of all plugins."""
        return {name: package.manifest for name, package in self._packages.items() if name != KERNEL}

    def entry(self, name):
        """The manifest of a plugin, or of modcore."""
        if name not in self._packages:
            raise Fail("no plugin {!r}; have {}".format(name, ", ".join(sorted(self.entries()))))
        return self._packages[name].manifest

    def size(self, name):
        """The bytes of a plugin as a board gets it."""
        return sum(len(data) for data in self.files(name, True).values())

    def files(self, name, compiled):
        """{path from /lib: bytes} of a plugin or of modcore; compiled: as .mpy."""
        self.entry(name)
        return _files(self._packages[name].files(), compiled)

    def library(self, name, compiled):
        """{path from /lib: bytes} of a package of the MicroPython library."""
        if self._libraries is None:
            self._libraries = libraries()
        if name not in self._libraries:
            raise Fail("{} is not here; install it with `mpremote mip install {}`".format(name, name))
        return _files(self._libraries[name].files(), compiled)


def _files(paths, compiled):
    try:
        if compiled:
            return dict(manifest_mpy.device_file(path, file) for path, file in paths.items())
        return {path: file.read_bytes() for path, file in paths.items()}
    except ManifestError as error:
        raise Fail(str(error)) from None


class Registry:
    """A registry or package index on the web; every file is checked against its SHA-256."""

    def __init__(self, url):
        if not url.startswith(("http://", "https://")):
            raise Fail(
                "{!r} is not the URL of an index; takes http://host/folder, or one of a registry.json".format(
                    url
                )
            )
        self._url = url if url.endswith(".json") else url.rstrip("/") + "/registry.json"
        self._base = self._url.rpartition("/")[0]
        try:
            found = json.loads(self._fetch(self._url))
            if not isinstance(found, dict) or not isinstance(found.get("plugins"), list):
                raise ValueError("not an object with a list of 'plugins'")
        except (ValueError, RecursionError) as error:
            text = "{} is not a registry ({}); takes the URL of a package index or of a registry.json"
            raise Fail(text.format(self._url, error)) from None
        self._index = found.get("layout") == "index"
        self._plugins = {}
        self._libraries = {}
        for entry in found["plugins"] + list(found.get("modcore") or ()):
            try:
                check_entry(entry)
            except InstallError as error:
                raise Fail("{}: {}".format(self._url, error)) from None
            if entry["name"] in self._plugins:
                raise Fail("{} names {!r} twice".format(self._url, entry["name"]))
            self._plugins[entry["name"]] = entry
        for entry in found.get("libraries") or ():
            if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                self._libraries[entry["name"]] = entry

    def entries(self):
        """{name: entry} of all plugins."""
        return {name: entry for name, entry in self._plugins.items() if name != KERNEL}

    def entry(self, name):
        """The entry of a plugin, or of modcore."""
        if name not in self._plugins:
            known = ", ".join(sorted(self.entries())) or "none"
            raise Missing("{!r} is not in {}; have {}".format(name, self._url, known))
        return self._plugins[name]

    def size(self, name):
        """The bytes of a plugin as a board gets it."""
        found = self.entry(name).get("size")
        return found.get("mpy", 0) if isinstance(found, dict) else 0

    def files(self, name, compiled):
        """{path from /lib: bytes} of a plugin or of modcore; compiled: as .mpy."""
        base = KERNEL if name == KERNEL else "plugins/" + name
        return self._all(name, self.entry(name), compiled, check_path, base)

    def library(self, name, compiled):
        """{path from /lib: bytes} of a package of the MicroPython library."""
        if name not in self._libraries:
            raise Missing(
                "{} is not in {}; install it with `mpremote mip install {}`".format(name, self._url, name)
            )
        return self._all(name, self._libraries[name], compiled, check_library_path, name)

    def _all(self, name, entry, compiled, check, base):
        ready = compiled and self._index
        listed = entry.get("mpy" if ready else "files")
        try:
            check_files(name, listed, check, base)
        except InstallError as error:
            raise Fail("{}: {}".format(self._url, error)) from None
        found = {}
        for path, size, digest in listed:
            tail = "file/{}/{}".format(digest[:2], digest[:8]) if self._index else path
            url = self._base + "/" + tail
            data = self._fetch(url)
            if len(data) != size:
                raise Fail("{}: {} bytes, the registry says {}".format(url, len(data), size))
            if hashlib.sha256(data).hexdigest() != digest:
                raise Fail("{}: its SHA-256 is not the registry's".format(url))
            if compiled and not ready and path.endswith(".py"):
                try:
                    path, data = path[:-3] + ".mpy", manifest_mpy.compiled(data, path)
                except ManifestError as error:
                    raise Fail(str(error)) from None
            found[path] = data
        return found

    def _fetch(self, url):
        try:
            with urllib.request.urlopen(url, timeout=20) as answer:
                data = answer.read(_MAX_FILE + 1)
        except urllib.error.HTTPError as error:
            error.close()
            raise Fail("{}: the server answers {}".format(url, error.code)) from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Fail("{} can't be had: {}".format(url, broken(error))) from None
        if len(data) > _MAX_FILE:
            raise Fail("{}: more than {} bytes".format(url, _MAX_FILE))
        return data


def broken(error):
    """Words for what urllib raises when a server does not answer as one should."""
    if isinstance(error, http.client.RemoteDisconnected):
        return "the connection was closed without an answer"
    if isinstance(error, http.client.IncompleteRead):
        return "the answer ends early"
    if isinstance(error, http.client.HTTPException):
        return "the answer is not HTTP"
    reason = getattr(error, "reason", error)
    if getattr(reason, "reason", None) in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        return "it does not speak https; try http://"
    return getattr(reason, "strerror", None) or reason


def order(names, place):
    """The names with all that they require, each after what it needs; place: Here or Registry."""

    class _Entry:
        def __init__(self, manifest):
            self.manifest = manifest

    try:
        return closure(names, {name: _Entry(entry) for name, entry in place.entries().items()})
    except ManifestError as error:
        raise Fail(str(error)) from None
