"""search, install, update, remove, list."""

from pathlib import Path

from . import link
from .remote import MISSING
from .show import Fail, emit, size

_NOT_NAMED = "they run when config.json names them"


def search(word, index, as_json):
    """Print the plugins whose name or description has `word`."""
    from .source import source

    place = source(index, _project())
    word = (word or "").lower()
    found = []
    for name, entry in sorted(place.entries().items()):
        if word in name.lower() or word in entry.get("description", "").lower():
            found.append(
                {
                    "name": name,
                    "version": entry["version"],
                    "description": entry.get("description", ""),
                    "requires": entry["requires"],
                    "size": place.size(name),
                    "heap": entry["minimum"].get("heap", 0),
                }
            )
    rows = [(f["name"], f["version"], size(f["size"]), size(f["heap"]), f["description"]) for f in found]
    if not found and not as_json:
        emit(None, False, text="nothing found")
        return
    emit(found, as_json, (("plugin", "version", "flash", "heap", "what it does"), rows))


def install(names, device, index, token, start, wait, as_json):
    """Install plugins on a device."""
    _change("install", names, device, index, token, start, wait, as_json)


def update(names, device, index, token, wait, as_json):
    """Update plugins on a device, all without names."""
    _change("update", names, device, index, token, True, wait, as_json)


def remove(names, device, token, as_json):
    """Remove plugins from a device."""
    _change("remove", names, device, None, token, True, True, as_json)


def _change(action, names, device, index, token, start, wait, as_json):
    new = {}
    if link.is_network(device):
        from .remote import command

        there = link.live(device, token)
        if not names:
            names = sorted(_installed(there))
        for name in names:
            new.update(command(there, action, name, wait, as_json, index))
    else:
        from .onboard import Onboard
        from .source import sources
        from .usb import Usb

        place = sources(index, _project())
        if action == "install":
            for name in names:
                place.entry(name)
        with Usb(link.port(device)) as usb:
            board = Onboard(usb, place)
            if action == "remove":
                board.remove(names)
                new = {name: None for name in names}
            elif action == "install":
                new = board.install(names, as_json, start)
            else:
                new = board.update(names, as_json)
    done = {"install": "installed", "update": "updated", "remove": "removed"}[action]
    text = "\n".join(
        "{} {} {}".format(done, name, version or "").strip() for name, version in sorted(new.items())
    )
    if new and action == "install" and not link.is_network(device):
        text += "\n" + ("named in config.json: they run from the next start on" if start else _NOT_NAMED)
    if not new:
        text = (
            "{} there already".format("is" if len(names) == 1 else "all are")
            if names
            else "all is up to date"
        )
        text = (", ".join(names) + " " + text) if names else text
    emit(new, as_json, text=text)


def _installed(device):
    """{plugin: version} of a device in the network. Fail: nothing there tells."""
    if "plugins/list" not in device.properties():
        raise Fail(MISSING)
    value = device.get("plugins/list")
    return value if isinstance(value, dict) else {}


def show_list(device, token, as_json):
    """Print what is installed on a device."""
    if link.is_network(device):
        there = link.live(device, token)
        have = _installed(there)
    else:
        from .onboard import Onboard
        from .source import source
        from .usb import Usb

        with Usb(link.port(device)) as usb:
            board = Onboard(usb, source(None, _project()))
            have = dict(board.installed(), modcore=board.state["modcore"])
    rows = [{"name": name, "version": have[name]} for name in sorted(have)]
    emit(rows, as_json, (("plugin", "version"), [(row["name"], row["version"] or "broken") for row in rows]))


def _project():
    """The folder of the project that the command is called in, when it has plugins of its own."""
    here = Path.cwd()
    return here if (here / "plugins").is_dir() or (here / "plugin.json").is_file() else None
