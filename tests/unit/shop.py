"""A registry in memory, for tests of the installer: plugins to install, and all that can be wrong with them."""

import hashlib
import json
import os
import sys

from modcore import plugins
from plugins.packages.installer import Installer
from support import new_folder, remove

# Device exchanges a function of it: dropped to save memory, it would come back with this project's own plugins.
plugins.RARE = False

URL = "http://shop"
# What `Installer` would take a package index's bytecode for; here everything is source.
MODULE = """from modcore import Module

class {}(Module):
    def start(self):
        self.property("version", "sensor", value="{}")
{}"""


def digest(data):
    """The SHA-256 of bytes, in hexadecimal."""
    return "".join(["%02x" % octet for octet in hashlib.sha256(data).digest()])


class Shop:
    """Plugins by name, and the files that a server would have."""

    def __init__(self):
        self.entries = []
        self.libraries = []
        self.files = {}
        self.asked = []  # URLs
        self.text = None  # a registry.json that is sent instead

    def add(self, name, version="1.0.0", code="", requires=(), kind=None, deps=(), minimum=None, more=None):
        """Offer a plugin; kind: the name of its module's class. Returns its entry, to be spoilt."""
        manifest = {
            "name": name,
            "version": version,
            "description": "Test",
            "module": kind,
            "requires": list(requires),
            "deps": [list(dep) for dep in deps],
            "events": {"publishes": [], "listens": []},
            "config": {},
            "minimum": minimum or {"modcore": "1.0.0", "heap": 0},
        }
        contents = {"plugin.json": json.dumps(manifest), "__init__.py": code or "VERSION = '%s'\n" % version}
        contents.update(more or {})
        if kind and not code:
            contents["__init__.py"] = MODULE.format(kind, version, "")
        entry = dict(manifest)
        entry["files"] = [
            self._file("plugins/" + name + "/" + path, contents[path]) for path in sorted(contents)
        ]
        self.entries = [old for old in self.entries if old["name"] != name] + [entry]
        return entry

    def keep_version(self, name, version, code, kind):
        """Have an index keep the files of another version of a plugin, in the layout of mip."""
        entries, files = self.entries, []
        self.entries = []
        for path, _, sha256 in self.add(name, version, code, kind=kind)["files"]:
            data = self.files[URL + "/" + path]
            self.files["%s/file/%s/%s" % (URL, sha256[:2], sha256[:8])] = data
            files.append([path, sha256[:8]])
        self.entries = entries
        form = sys.implementation._mpy & 0xFF if hasattr(sys.implementation, "_mpy") else "py"
        text = json.dumps({"v": 1, "hashes": files, "deps": [], "version": version})
        self.files["%s/package/%s/%s/%s.json" % (URL, form, name, version)] = text.encode()

    def add_library(self, name, path, text="LIBRARY = 1\n"):
        """Offer a package of the MicroPython library that is one file."""
        self.libraries.append({"name": name, "version": "1.0", "files": [self._file(path, text)]})

    def _file(self, path, text):
        data = text.encode()
        self.files[URL + "/" + path] = data
        return [path, len(data), digest(data)]

    def registry(self):
        """The text of registry.json."""
        if self.text is not None:
            return self.text
        return json.dumps({"v": 1, "plugins": self.entries, "libraries": self.libraries})

    # as plugins.packages.download.Download

    def get(self, url, sink, limit=None):
        """Hand the file at `url` to the sink, in pieces."""
        from plugins.packages.rules import InstallError  # that of the installer that asks

        self.asked.append(url)
        data = self.registry().encode() if url == URL + "/registry.json" else self.files.get(url)
        if data is None:
            raise InstallError("%s: the server answers 404" % url)
        if isinstance(data, Exception):
            raise data
        size = 0
        for i in range(0, len(data), 100):
            yield 0
            piece = data[i : i + 100]
            size += len(piece)
            if limit is not None and size > limit:
                raise InstallError("%s: more than the %d bytes that it should have" % (url, limit))
            sink(memoryview(piece))
        return size

    def close(self):
        """Nothing is open."""


class Device:
    """A folder like /lib of a board, and an installer for it."""

    def __init__(self, shop, root=None):
        self.shop = shop
        self.root = root or new_folder()
        self.told = []
        # Only what is in this folder, not this project's own plugins.
        plugins.RARE = False  # what stands in for it here must stay
        plugins.folders = lambda: [self.root + "/plugins"] if exists(self.root + "/plugins") else []
        sys.path.insert(0, self.root)

    def installer(self):
        """A new Installer."""
        self.told.clear()
        self.shop.asked.clear()
        return Installer([URL], self.root, lambda *args: self.told.append(args), "http://library", self.shop)

    def install(self, name, keep=True):
        """Install, and keep it at once unless `keep` is False; returns the Journal or None."""
        return self._done(self.installer().install(name), keep)

    def update(self, name, keep=True):
        """Update, and keep it at once unless `keep` is False; returns the Journal or None."""
        return self._done(self.installer().update(name), keep)

    def _done(self, steps, keep):
        journal = drive(steps)
        if journal and keep:
            journal.accept()
        return journal

    def versions(self):
        """{name: version} of what is installed, as the files say."""
        have = plugins.installed()
        return {name: have[name].get("version") for name in have}

    def read(self, path):
        """The text of a file under the root, or None."""
        try:
            with open(self.root + "/" + path) as f:
                return f.read()
        except OSError:
            return None

    def close(self):
        """Remove the folder and forget what was imported from it."""
        sys.path.remove(self.root)
        forget()
        remove(self.root)


def forget(keep="plugins.packages"):
    """Forget every plugin that was imported, as a restart does, but the package `keep` under test."""
    for key in list(sys.modules):
        if key == "plugins" or key.startswith("plugins."):
            if keep is None or key != keep and not key.startswith(keep + "."):
                del sys.modules[key]


def copy_plugin(name, root):
    """Copy one of this project's plugins to a device's folder."""
    source = [path for path in sys.path if exists((path or ".") + "/plugins/%s/plugin.json" % name)][0]
    source = (source or ".") + "/plugins/" + name
    for folder in ("/plugins", "/plugins/" + name):
        if not exists(root + folder):
            os.mkdir(root + folder)
    for file in os.listdir(source):
        if file.endswith(".py") or file.endswith(".json"):
            with open(source + "/" + file) as f:
                text = f.read()
            with open(root + "/plugins/" + name + "/" + file, "w") as f:
                f.write(text)


def drive(steps):
    """Turn a generator to its end; returns its result."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def tried(kernel):
    """Tell whether nothing is on trial any more; the hour of a trial is over as soon as all that is new was started."""
    if kernel._fresh:
        return False
    for timer in list(kernel.timers):
        if getattr(timer.owner, "id", "") == "install_trial" and timer.handler == timer.owner.judge:
            timer.cancel()
            timer.owner.after(0, timer.owner.judge)
    return "install_trial" not in kernel.modules


def exists(path):
    """Tell whether there is something at `path`."""
    try:
        os.stat(path)
        return True
    except OSError:
        return False
