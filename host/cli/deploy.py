"""deploy: a project on a board: only what changed, compiled, every file checked by its hash."""

import hashlib
import json
from pathlib import Path

from .. import manifest_mpy, shadows
from ..board import project_settings
from ..device_files import device_files
from ..manifest import KERNEL, ManifestError
from . import link, rom
from .show import Fail, emit, progress, say, size
from .source import Here, order

# Of a project's folder, what stays on the PC.
_NOTE = ".deployed"  # on the board: what was put there, so that what is stale can go
_SOURCE_ONLY = ("main.py", "boot.py")
_MAIN = b"import modcore\n\nmodcore.main()\n"


def deploy(folder, device, dry_run, replace_config, romfs, wait, as_json):
    """Bring the project in `folder` to the board.

    romfs: its libraries go into the ROM file system. wait: until the board is on its network.
    """
    from .usb import Usb

    folder = Path(folder).resolve()
    config = _config(folder)
    place = Here(folder if (folder / "plugins").is_dir() else None)
    port = link.port(device)
    # First: what it takes the place of on flash runs until then.
    found = _deploy_rom(port, folder, config, place, dry_run, as_json) if romfs else None
    with Usb(port) as usb:
        report = _deploy(usb, folder, config, place, dry_run, replace_config, romfs, as_json)
        if not dry_run:
            report["address"] = _arrive(usb, config, wait)
    if romfs:
        report["romfs"] = found
    verb = "would write" if dry_run else "wrote"
    text = "{} {} ({}), {} unchanged".format(
        verb, _files(len(report["written"])), size(report["bytes"]), len(report["unchanged"])
    )
    if report["removed"]:
        text += ", {} {}".format("would remove" if dry_run else "removed", _files(len(report["removed"])))
    if romfs:
        state = verb if report["romfs"]["changed"] else "unchanged"
        text += "; ROM file system: {} ({})".format(size(report["romfs"]["bytes"]), state)
    if report.get("address"):
        text += "\nnow at " + report["address"]
    emit(report, as_json, text=text)


def _arrive(usb, config, wait):
    """The address of the board, once it is there; None without a Wi-Fi of its own."""
    found = link.running()
    if found.get("usb") == usb.port:
        return found.get("http") or found.get("mqtt")  # the virtual board is where it was
    if not wait or "wlan" not in config.get("plugins", ()):
        return None
    from . import arrival

    return arrival.wait(usb, config)


def _files(count):
    return "1 file" if count == 1 else "{} files".format(count)


def _config(folder):
    from ..board.firmware import BoardError
    from ..board.layout import check

    path = folder / "config.json"
    link.check_project(folder)
    try:
        config = check(path)
    except BoardError as error:
        raise Fail(str(error)) from None
    fatal = shadows.fatal(folder, config)
    if fatal:
        raise Fail(fatal)
    for line in shadows.in_project(folder, config):
        say(line)
    return config


def _deploy_rom(port, folder, config, place, dry_run, as_json):
    from .usb import Usb

    with Usb(port) as usb:
        state = usb.survey()
        lib = state["lib"]
        root = lib[: -len("/lib")] or "/"
        compiled = state["mpy"] == manifest_mpy.MPY_VERSION
        wanted = _wanted(folder, config, place, compiled, lib, root, state["plugins"])
        start = len(root.rstrip("/")) + 1
        image = rom.build({path[start:]: wanted[path] for path in wanted if path.startswith(lib + "/")})
        changed = rom.differs(usb, image)
        usb.leave()
    if changed and not dry_run:
        rom.write(port, image, as_json)
    return {"bytes": len(image), "changed": changed}


def _deploy(usb, folder, config, place, dry_run, replace_config, romfs, as_json):
    state = usb.survey()
    compiled = state["mpy"] == manifest_mpy.MPY_VERSION
    lib = state["lib"]
    root = lib[: -len("/lib")] or "/"
    wanted = _wanted(folder, config, place, compiled, lib, root, state["plugins"])
    library = [path for path in wanted if romfs and path.startswith(lib + "/")]
    wanted = {path: data for path, data in wanted.items() if path not in library}
    note = _read_note(usb, root)
    twins = {_twin(path): path for path in wanted if _twin(path)}
    # What is in ROM now must not lie on flash, too.
    twins.update((path, path) for path in library)
    twins.update((_twin(path), path) for path in library if _twin(path))
    there = usb.hashes(list(wanted) + sorted(twins))
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in wanted.items()}
    changed = sorted(path for path in wanted if there[path] != digests[path])
    kept = _join(root, "config.json")
    own = digests.get(kept)
    if kept in changed and there[kept] and there[kept] != note.get("config") and not replace_config:
        wanted[kept] = _joined(usb, kept, config, note)
        digests[kept] = hashlib.sha256(wanted[kept]).hexdigest()
        if there[kept] == digests[kept]:
            changed.remove(kept)
    secret = _join(root, "secrets.json")
    if secret in changed and there[secret]:
        # What the device has learnt itself stays; what both have is the project's.
        learnt = _object(usb.read(secret)) or {}
        joined, _ = project_settings.merge({}, learnt, _object(wanted[secret]) or {})
        if joined == learnt:
            changed.remove(secret)
        else:
            wanted[secret] = json.dumps(joined).encode()
    stale = {path for path in note.get("files", ()) if path not in wanted}
    stale |= {twin for twin in twins if there[twin]}
    total = sum(len(wanted[path]) for path in changed)
    if state["disk"] is not None and total > state["disk"]:
        raise Fail("that takes {} bytes of disk, {} are free on the board".format(total, state["disk"]))
    if not dry_run:
        _write(usb, wanted, changed, stale, total, as_json)
        note = {
            "files": sorted(wanted),
            "config": own if digests.get(kept) == own else None,
            "settings": config,
        }
        usb.write({_join(root, _NOTE): json.dumps(note).encode()})
    return {
        "written": changed,
        "removed": sorted(stale),
        "unchanged": sorted(set(wanted) - set(changed)),
        "bytes": total,
    }


def _joined(usb, path, config, note):
    """The config.json (bytes) with what board and project have changed; the board's value counts where both have."""
    data = usb.read(path) or b"{}"
    theirs = _object(data)
    if theirs is None:
        raise Fail("config.json is broken on the board; --config replaces it")
    joined, clashes = project_settings.merge(note.get("settings") or {}, config, theirs)
    if clashes:
        text = "config.json: {}: changed on the board, too; its value stays, --config replaces it"
        say(text.format(", ".join(clashes)))
    return data if joined == theirs else (json.dumps(joined, indent=2) + "\n").encode()


def _object(data):
    try:
        found = json.loads((data or b"").decode("utf-8-sig"))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _write(usb, wanted, changed, stale, total, as_json):
    with progress("deploying", total, as_json) as told:
        # Everything is there, whole, before the first file is exchanged.
        usb.stage({path + ".new": wanted[path] for path in changed}, told)
    code = "import os\nfor p in {!r}:\n try:\n  os.remove(p)\n except OSError:\n  pass\n os.rename(p+'.new', p)\n"
    for i in range(0, len(changed), 16):
        usb.exec(code.format(changed[i : i + 16]))
    usb.remove(*sorted(stale))


def _wanted(folder, config, place, compiled, lib, root, installed=()):
    """{path on the board: bytes} of all that the project needs there."""
    # One that somebody has installed on the board from elsewhere stays what it is.
    names = [name for name in config.get("plugins", ()) if name in place.entries() or name not in installed]
    wanted, libraries = {}, set()
    for name in [KERNEL] + order(names, place):
        for path, data in place.files(name, compiled).items():
            wanted[lib + "/" + path] = data
        libraries.update(dep for dep, _ in place.entry(name)["deps"])
    for name in sorted(libraries):
        for path, data in place.library(name, compiled).items():
            wanted[lib + "/" + path] = data
    wanted[_join(root, "main.py")] = _MAIN
    for inside, file in device_files(folder):
        path, data = inside.as_posix(), file.read_bytes()
        if compiled and path.endswith(".py") and path not in _SOURCE_ONLY:
            try:
                path, data = path[:-3] + ".mpy", manifest_mpy.compiled(data, path)
            except ManifestError as error:
                raise Fail(str(error)) from None
        wanted[_join(root, path)] = data
    return wanted


def _twin(path):
    # A module in both forms would be loaded from the wrong one.
    if path.endswith(".mpy"):
        return path[:-4] + ".py"
    if path.endswith(".py") and path.rpartition("/")[2] not in _SOURCE_ONLY:
        return path[:-3] + ".mpy"
    return None


def _join(root, path):
    return root.rstrip("/") + "/" + path


def _read_note(usb, root):
    try:
        found = json.loads(usb.read(_join(root, _NOTE)) or b"{}")
        return found if isinstance(found, dict) else {}
    except ValueError:
        return {}
