"""Plugins on the PC: their folders, their manifests, and the schema that these have to follow."""

import json
from pathlib import Path

SCHEMA_FILE = Path(__file__).with_name("manifest_schema.json")
# Belong to a plugin's folder, not to the device.
_NOT_INSTALLED = {"README.md", "package.json", "CHANGELOG.md", "LICENSE", "LICENSE.md"}
# src: what files of the plugin are generated from.
_NOT_INSTALLED_FOLDERS = {"tests", "samples", "docs", "src", "__pycache__"}
# Of the library in a device's folder for code.
KERNEL = "modcore"


class ManifestError(ValueError):
    """A manifest is not there or not as it should be; the text is one line that names the place."""


class Package:
    """Something that installs: a plugin, or the kernel itself.

    folder: Path. manifest: dict like plugin.json. target: the folder's path on a device, from /lib.

        Package.read(Path("plugins/mqtt")).files()     # {"plugins/mqtt/__init__.py": Path(...), ...}
    """

    def __init__(self, folder, manifest, target):
        self.folder = folder
        self.manifest = manifest
        self.target = target
        self.name = manifest["name"]
        self.version = manifest["version"]

    @classmethod
    def read(cls, folder):
        """The plugin in `folder`. ManifestError: no plugin.json, or a broken one."""
        folder = Path(folder)
        manifest = read_json(folder / "plugin.json")
        problems = validate(manifest)
        if problems:
            raise ManifestError("{}: {}".format(folder / "plugin.json", problems[0]))
        return cls(folder, manifest, "plugins/" + manifest["name"])

    @classmethod
    def kernel(cls, root):
        """The kernel of the source tree `root`, as a package."""
        folder = Path(root) / KERNEL
        manifest = {
            "name": KERNEL,
            "version": kernel_version(root),
            "description": "Plugin-oriented event-bus framework: kernel, bus, properties, lifecycle",
            "module": None,
            "requires": [],
            "deps": [],
            "events": {"publishes": ["$state/+", "$error/+", "$log/#", "$describe/#"], "listens": []},
            "config": {
                "name": {"type": "string", "default": "modcore", "meaning": "the device's name"},
                "plugins": {"type": "list", "default": [], "meaning": "plugins to start"},
                "modules": {
                    "type": ["list", "object"],
                    "default": [],
                    "meaning": "an application's own modules, as paths, or ids with paths",
                },
                "queue": {"type": "integer", "default": 32, "meaning": "events that may wait on the bus"},
                "log": {"type": "object", "default": {"level": "info"}, "meaning": "level, and levels by id"},
            },
            "minimum": {"modcore": kernel_version(root), "heap": 9216},
        }
        return cls(folder, manifest, KERNEL)

    def files(self):
        """Return what a device gets: {path from /lib: Path here}, sorted by path."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            inside = path.relative_to(self.folder)
            hidden = any(part.startswith(".") for part in inside.parts)
            if path.is_dir() or hidden or _NOT_INSTALLED_FOLDERS & set(inside.parts[:-1]):
                continue
            if path.suffix in (".pyc", ".mpy", ".tmp", ".orig", ".typed"):
                continue
            if len(inside.parts) == 1 and path.name in _NOT_INSTALLED:
                continue
            found[self.target + "/" + inside.as_posix()] = path
        return found


def read_json(path):
    """The object in a JSON file. ManifestError: not there, not JSON, or not an object."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ManifestError("{}: not found".format(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError("{}: can't be read: {}".format(path, error)) from None
    except ValueError as error:
        raise ManifestError("{}: no JSON: {}".format(path, error)) from None
    if not isinstance(found, dict):
        raise ManifestError("{}: takes an object, not {}".format(path, type(found).__name__))
    return found


def schema():
    """The JSON Schema of plugin.json (draft 7), as a dict."""
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def validate(manifest):
    """Return what is wrong with a manifest, as a list of lines; empty when it is right.

    validate({"name": "Mqtt"})[0]     # "name: 'Mqtt' does not match …"
    """
    import jsonschema

    validator = jsonschema.Draft7Validator(schema())
    problems = []
    for error in sorted(validator.iter_errors(manifest), key=lambda error: list(map(str, error.path))):
        place = "/".join(str(part) for part in error.path)
        problems.append((place + ": " if place else "") + _plain(error))
    if not problems:
        problems = _beyond_schema(manifest)
    return problems


def _plain(error):
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return "misses " + ", ".join(repr(key) for key in missing)
    if error.validator == "pattern":
        hint = error.schema.get("description", "")
        return "{!r} does not match {}{}".format(error.instance, error.validator_value, hint and "; " + hint)
    return error.message


_TYPES = {
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "string": str,
    "list": list,
    "array": list,
    "object": dict,
    "null": type(None),
}


def type_names(types):
    """The type, or types, of a configuration's key as words."""
    return types if isinstance(types, str) else " or ".join(types)


def fits(value, types):
    """Tell whether a value is of the type, or one of the types, that a manifest gives to a key."""
    for name in [types] if isinstance(types, str) else types:
        if isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool)):
            return True
    return False


def _beyond_schema(manifest):
    problems = []
    for key, entry in manifest["config"].items():
        default = entry["default"]
        if default is not None and not fits(default, entry["type"]):
            problems.append(
                "config/{}: default {!r}: takes {}".format(key, default, type_names(entry["type"]))
            )
    if manifest["name"] in manifest["requires"]:
        problems.append("requires: {!r} requires itself".format(manifest["name"]))
    for key in manifest["minimum"]:
        if key not in ("heap", KERNEL) and key not in manifest["requires"]:
            problems.append("minimum: {!r} is not required".format(key))
    return problems


def kernel_version(root):
    """The version of modcore in the source tree `root`, without importing it."""
    import re

    try:
        text = (Path(root) / KERNEL / "__init__.py").read_text(encoding="utf-8")
    except OSError:
        raise ManifestError("{}: no modcore here".format(root)) from None
    found = re.search(r'^__version__ = "([^"]+)"', text, re.M)
    if not found:
        raise ManifestError("{}/modcore/__init__.py: no __version__".format(root))
    return found.group(1)


def plugin_folders(root):
    """The plugins' folders in a source tree: its plugins/*, or `root` itself when that is a plugin."""
    root = Path(root)
    if (root / "plugin.json").is_file():
        return [root]
    folder = root / "plugins"
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.iterdir()) if path.is_dir() and any(path.glob("*.py"))]


def read_all(root):
    """The plugins of the source tree `root`, {name: Package}.

    ManifestError: a manifest is missing or broken, or two folders have one name.
    """
    found = {}
    for folder in plugin_folders(root):
        package = Package.read(folder)
        if package.name in found:
            raise ManifestError(
                "{}: name {!r} is that of {}".format(folder, package.name, found[package.name].folder)
            )
        found[package.name] = package
    return found


def closure(names, packages):
    """The names with all that they require, each after what it requires.

    packages: {name: Package}. ManifestError: one is not there, or they require each other in a circle.
    """
    order = []

    def visit(name, trail):
        if name in order:
            return
        if name in trail:
            raise ManifestError("requires: cycle " + " -> ".join(trail[trail.index(name) :] + [name]))
        if name not in packages:
            wanted = (
                "{}: requires {!r}, which is".format(trail[-1], name) if trail else "{!r} is".format(name)
            )
            raise ManifestError("{} not found; have {}".format(wanted, ", ".join(sorted(packages)) or "none"))
        for need in packages[name].manifest["requires"]:
            visit(need, trail + [name])
        order.append(name)

    for name in names:
        visit(name, [])
    return order
