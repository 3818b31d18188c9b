"""Files generated from the manifests: package.json of each plugin and of the kernel, and registry.json.

`python3 -m host.manifest_generate` writes them, `--check` only tells which are stale.
"""

import hashlib
import json
import sys
from pathlib import Path

from . import manifest_mpy
from .manifest import KERNEL, ManifestError, Package, closure, read_all

REGISTRY_VERSION = 1


def package_json(package, prefix=""):
    """The package.json of a Package in mip's format; its URLs are relative to its folder.

    prefix: put before each URL. Source: MicroPython's documentation, "Package management".
    """
    base = package.target + "/"
    urls = [[path, prefix + path[len(base) :]] for path in package.files()]
    deps = [[name, "latest"] for name in package.manifest["requires"]]
    deps += [list(dep) for dep in package.manifest["deps"]]
    return {"urls": urls, "deps": deps, "version": package.version}


def entry(package):
    """The entry of a Package in registry.json: its manifest, the sizes in bytes, the SHA-256 of each file."""
    files, size, mpy_size = [], 0, 0
    for path, file in package.files().items():
        data = file.read_bytes()
        files.append([path, len(data), hashlib.sha256(data).hexdigest()])
        size += len(data)
        mpy_size += len(manifest_mpy.device_file(path, file)[1])
    found = dict(package.manifest)
    found["size"] = {"py": size, "mpy": mpy_size}
    found["files"] = files
    return found


def registry(root, packages, kernel=True):
    """registry.json of a source tree; packages: {name: Package}."""
    return {
        "v": REGISTRY_VERSION,
        "mpy": manifest_mpy.version(),
        "modcore": [entry(Package.kernel(root))] if kernel else [],
        "plugins": [entry(packages[name]) for name in listing_order(packages)],
    }


def listing_order(packages):
    """The names in the order of a registry: each before what it requires, so that reading it once will do."""
    try:
        return closure(sorted(packages, reverse=True), packages)[::-1]
    except ManifestError:  # what it requires is in another registry
        return sorted(packages)


_KEYS = ("v", "layout", "mpy", "plugins", "libraries", "modcore")


def registry_text(found):
    """registry.json as text: one line per package, so that a diff shows what changed."""
    lines = []
    for key in sorted(found, key=_KEYS.index):
        value = found[key]
        if isinstance(value, list):
            entries = ",\n".join("  " + json.dumps(item, ensure_ascii=False) for item in value)
            lines.append("{}: [{}]".format(json.dumps(key), "\n" + entries + "\n " if value else ""))
        else:
            lines.append("{}: {}".format(json.dumps(key), json.dumps(value)))
    return "{\n " + ",\n ".join(lines) + "\n}\n"


def package_text(found):
    """package.json as text: one line per file."""
    lines = []
    for key in ("urls", "deps"):
        entries = ",\n".join("    " + json.dumps(item) for item in found[key])
        lines.append('  "{}": [{}]'.format(key, "\n" + entries + "\n  " if entries else ""))
    lines.append('  "version": {}'.format(json.dumps(found["version"])))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def generated(root):
    """All generated files of a source tree, {Path: text}."""
    root = Path(root)
    packages = read_all(root)
    if (root / KERNEL).is_dir():
        closure(packages, packages)  # what is required is there, without a circle
    texts = {
        package.folder / "package.json": package_text(package_json(package)) for package in packages.values()
    }
    own = (root / KERNEL / "__init__.py").is_file()
    if own:
        kernel = Package.kernel(root)
        texts[root / KERNEL / "package.json"] = package_text(package_json(kernel))
        # What `mip.install("github:owner/repository")` looks for.
        texts[root / "package.json"] = package_text(package_json(kernel, KERNEL + "/"))
    texts[root / "registry.json"] = registry_text(registry(root, packages, own))
    return texts


def stale(root):
    """The generated files that are not what they would be now, as Paths relative to `root`."""
    found = []
    for path, text in generated(root).items():
        try:
            old = path.read_text(encoding="utf-8")
        except OSError:
            old = ""
        if old != text and not (path.name == "registry.json" and _same_but_bytecode(old, text)):
            found.append(path.relative_to(root))
    return sorted(found)


def write(root):
    """Bring the generated files up to date; returns the Paths of those that changed."""
    changed = []
    texts = generated(root)
    for path in stale(root):
        (Path(root) / path).write_text(texts[Path(root) / path], encoding="utf-8")
        changed.append(path)
    return changed


def _same_but_bytecode(old, new):
    # Another mpy-cross makes other sizes: that alone makes nothing stale.
    try:
        old, new = json.loads(old), json.loads(new)
        if old["mpy"] == new["mpy"]:
            return False
        for found in (old, new):
            del found["mpy"]
            for item in found["plugins"] + found["modcore"]:
                del item["size"]["mpy"]
        return old == new
    except (ValueError, KeyError, TypeError):
        return False


def main(arguments):
    """Run the command line; return the exit status."""
    root = Path.cwd()
    try:
        if arguments == ["--check"]:
            for path in stale(root):
                print("{} is stale; run `modcore check --write`".format(path))
            return 1 if stale(root) else 0
        for path in write(root):
            print(path)
    except ManifestError as error:
        print("error: {}".format(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
