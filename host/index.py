"""The package index: a static folder in the layout of MicroPython's mip, with modcore's registry in it.

index.json                      what there is, for people's tools (format 2 of micropython-lib)
package/py|6/NAME/VERSION.json  the files and dependencies of one version, as source or bytecode
package/py|6/NAME/latest.json
file/HH/HHHHHHHH                the files, named by the first 8 digits of their SHA-256
modcore/package.json            for `mip.install("URL/modcore/", index="URL")`; where the index was built
plugins/NAME/package.json       for its URL they work without index=, too
registry.json                   what `plugins.packages` reads
"""

import hashlib
import json
import os
import time
from pathlib import Path

from . import manifest_mpy, toolchain
from .manifest import KERNEL, ManifestError, Package, closure, read_all, read_json
from .manifest_generate import REGISTRY_VERSION, listing_order, registry_text

_HASH_DIGITS = 8
_FORMS = ("py", str(manifest_mpy.MPY_VERSION))


class Library:
    """A package of the MicroPython library that the index carries along, so that nothing else is needed."""

    def __init__(self, name, version, paths):
        self.name = name
        self.version = version
        self._paths = paths
        self.manifest = {
            "name": name,
            "version": version,
            "description": "{} of the MicroPython library".format(name),
            "requires": [],
            "deps": [],
        }

    def files(self):
        """{path from /lib: Path here}."""
        return self._paths


def libraries():
    """The packages of the MicroPython library in the cache folder, {name: Library}."""
    from .toolchain.lib import PACKAGES

    toolchain.ensure("lib")
    base = Path(toolchain.cache_folder()) / "lib"
    found = {}
    for requirement, _, files in PACKAGES:
        name, _, version = requirement.partition("==")
        name = name.replace("micropython-", "", 1)
        found[name] = Library(name, version, {path: base / path for path in files.values()})
    return found


def build(output, root, trees=(), url="", replace=False, said=None):
    """Write an index of modcore and of plugins; returns what is in it.

    output: the folder (Path), made or brought up to date; versions that are in it stay. root: where modcore
    and its plugins are. trees: source trees of third parties; with them the index has their plugins and what
    these require, without them all plugins of `root`. url: where the folder will be served; with it
    plugins/NAME/package.json names its files in full and works without index=. replace: overwrite a version
    whose files have changed. said(name, version): told as each package is written.

    Returns [(name, version, bytes as .py, bytes as .mpy)]. ManifestError: something is missing or broken, or
    a version is in the index with other files.

        build(Path("www"), Path("."))
    """
    output, root = Path(output), Path(root)
    plugins, wanted = gather(root, trees)
    plugins = {name: plugins[name] for name in closure(wanted, plugins)}
    kernel = Package.kernel(root)
    carried = _carried(plugins)
    parts = ([kernel], [plugins[name] for name in listing_order(plugins)], list(carried.values()))
    writer = _Writer(output, url.rstrip("/"), replace)
    rows = []
    for package in parts[0] + parts[1] + parts[2]:
        if said:
            said(package.name, package.version)
        rows.append(writer.add(package, _deps(package, kernel)))
    for package in parts[0] + parts[1] + parts[2]:
        writer.add_folder(package, _deps(package, kernel))
    writer.finish(*parts)
    return rows


def gather(root, trees=()):
    """The plugins of `root` and of other source trees, {name: Package}, and the names that are wanted of them.

    ManifestError: two of them have one name.
    """
    found = read_all(root)
    wanted = sorted(found)
    if trees:
        wanted = []
    for tree in trees:
        for name, package in sorted(read_all(tree).items()):
            if name in found and found[name].folder.resolve() != package.folder.resolve():
                raise ManifestError(
                    "{}: name {!r} is that of {}".format(package.folder, name, found[name].folder)
                )
            found[name] = package
            wanted.append(name)
    return found, wanted


def _carried(packages):
    have = libraries()
    found = {}
    for name in sorted(packages):
        for dep, version in packages[name].manifest["deps"]:
            if dep in packages or dep == KERNEL:
                raise ManifestError(
                    "{}: deps: {!r} is the name of a plugin; mip could not tell them apart".format(name, dep)
                )
            if dep not in have:
                continue  # the official index has it, or nobody has
            if version not in ("latest", have[dep].version):
                raise ManifestError(
                    "{}: deps: {} {} is not here; have {}".format(name, dep, version, have[dep].version)
                )
            found[dep] = have[dep]
    return found


def _deps(package, kernel):
    if package is kernel or isinstance(package, Library):
        return []
    deps = [[KERNEL, "latest"]] + [[name, "latest"] for name in package.manifest["requires"]]
    return deps + [list(dep) for dep in package.manifest["deps"]]


class _Writer:
    """Writes one index; every file whole or not at all, `latest` and the registry last."""

    def __init__(self, output, url, replace):
        self._output = output
        self._url = url
        self._replace = replace
        self._index = {"v": 2, "updated": 0, "packages": []}
        self._latest = []
        self._libraries = set()
        self._files = {}  # name of a package -> form -> [[path, size, sha256]]
        if (output / "index.json").exists():
            self._index = read_json(output / "index.json")
            if not isinstance(self._index.get("packages"), list):
                raise ManifestError("{}: no package index".format(output / "index.json"))

    def add(self, package, deps):
        """Write the files of a package and the description of this version, in both forms."""
        sizes = {}
        if isinstance(package, Library):
            self._libraries.add(package.name)
        forms = self._files[package.name] = {}
        for form in _FORMS:
            found = []
            for path, file in package.files().items():
                data = file.read_bytes()
                if form != "py":
                    path, data = manifest_mpy.device_file(path, file)
                found.append([path, len(data), self._put(package.name, path, data)])
            forms[form] = found
            sizes[form] = sum(item[1] for item in found)
            text = _json(
                {
                    "v": 1,
                    "hashes": [[path, digest[:_HASH_DIGITS]] for path, _, digest in found],
                    "urls": [],
                    "deps": deps,
                    "version": package.version,
                }
            )
            folder = self._output / "package" / form / package.name
            self._lock(folder / (package.version + ".json"), text, package)
            self._latest.append((folder / "latest.json", text))
        self._describe(package)
        return package.name, package.version, sizes["py"], sizes[_FORMS[1]]

    def add_folder(self, package, deps):
        """Write plugins/NAME/package.json, for those who install from there: as source."""
        found = {"deps": deps, "version": package.version}
        hashes = [(path, digest[:_HASH_DIGITS]) for path, _, digest in self._files[package.name]["py"]]
        if self._url:
            address = self._url + "/file/{}/{}"
            found["urls"] = [[path, address.format(short[:2], short)] for path, short in hashes]
            found["deps"] = [self._full(name, version) for name, version in deps]
        else:
            found["hashes"] = hashes
        self._latest.append((self._output / self._folder(package.name) / "package.json", _json(found)))

    def _folder(self, name):
        if name == KERNEL:
            return KERNEL
        return ("library/" if name in self._libraries else "plugins/") + name

    def _full(self, name, version):
        if name in self._files:
            return ["{}/{}/package.json".format(self._url, self._folder(name)), "latest"]
        return [name, version]

    def finish(self, kernel, plugins, carried):
        """Write what points to all the rest."""
        for path, text in self._latest:
            _write(path, text.encode())
        self._index["packages"].sort(key=lambda found: found["name"])
        registry = {"v": REGISTRY_VERSION, "layout": "index"}
        for key, packages in (("modcore", kernel), ("plugins", plugins), ("libraries", carried)):
            registry[key] = [self._entry(package) for package in packages]
        _write(self._output / "registry.json", registry_text(registry).encode())
        before = dict(self._index)
        before.pop("updated")
        if self._index["updated"] == 0 or self._changed_since(before):
            self._index["updated"] = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
        _write(self._output / "index.json", (json.dumps(self._index, indent=2) + "\n").encode())

    def _changed_since(self, now):
        try:
            old = read_json(self._output / "index.json")
        except ManifestError:
            return True
        old.pop("updated", None)
        return old != now

    def _entry(self, package):
        found = dict(package.manifest)
        forms = self._files[package.name]
        found["size"] = {"py": sum(f[1] for f in forms["py"]), "mpy": sum(f[1] for f in forms[_FORMS[1]])}
        found["files"] = forms["py"]
        found["mpy"] = forms[_FORMS[1]]
        return found

    def _describe(self, package):
        entries = [found for found in self._index["packages"] if found.get("name") == package.name]
        if entries:
            found = entries[0]
        else:
            found = {"name": package.name, "versions": {}}
            self._index["packages"].append(found)
        found["version"] = package.version
        found["author"] = package.manifest.get("author", "")
        found["description"] = package.manifest["description"]
        found["license"] = package.manifest.get("license", "MIT")
        found["path"] = getattr(package, "target", package.name)
        for form in _FORMS:
            versions = found["versions"].setdefault(form, [])
            if package.version not in versions:
                versions.append(package.version)

    def _lock(self, path, text, package):
        try:
            old = path.read_text(encoding="utf-8")
        except OSError:
            old = text
        if old != text and not self._replace:
            raise ManifestError(
                "{} {} is in {} with other files; raise its version, or build with --replace".format(
                    package.name, package.version, self._output
                )
            )
        _write(path, text.encode())

    def _put(self, name, path, data):
        digest = hashlib.sha256(data).hexdigest()
        target = self._output / "file" / digest[:2] / digest[:_HASH_DIGITS]
        if target.exists() and target.read_bytes() != data:
            # One in four thousand million for each pair of files; a comment in the file helps.
            raise ManifestError("{}: {}: another file has the hash {}".format(name, path, target.name))
        _write(target, data)
        return digest


def _json(found):
    return json.dumps(found, separators=(",", ":")) + "\n"


def _write(path, data):
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name("{}.{}.tmp".format(path.name, os.getpid()))
    temporary.write_bytes(data)
    os.replace(temporary, path)
