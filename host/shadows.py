"""Names that hide something: a module of one's own named like one of MicroPython, of Python or like a plugin."""

import sys
from pathlib import Path

from .tree import ROOT

# The modules of MicroPython's ports; a file of such a name is taken in place of them, or never found.
_MICROPYTHON = set(
    "_thread aioespnow array asyncio binascii bluetooth btree builtins cmath collections cryptolib deflate dht ds18x20 "
    "errno esp esp32 espnow flashbdev framebuf gc hashlib heapq inisetup io json lwip machine math micropython mip "
    "neopixel network ntptime onewire openamp os platform random re requests rp2 select socket ssl struct sys time "
    "tls uasyncio uctypes umqtt upip urequests vfs webrepl websocket zlib".split()
)
_OWN = {
    "boot",
    "config",
    "host",
    "kernel",
    "lib",
    "main",
    "modcore",
    "plugins",
    "samples",
    "secrets",
    "tests",
}
_NEEDED = set(  # what the kernel and the virtual board can't start without
    "asyncio binascii collections errno hashlib io json machine micropython modcore network os plugins random re "
    "select socket ssl struct time".split()
)
_ASIDE = {"tests", "plugins", "docs", "lib", "www"}  # folders of a project that hold something else
_AT_ROOT = {"boot", "main", "conftest"}  # files of a project that have their place there


def hidden(word):
    """Return the thing that a module named `word` would hide, as "MicroPython's module time", or None."""
    if word in _OWN:
        return "what modcore itself has under that name"
    if word in _MICROPYTHON:
        return "MicroPython's module " + word
    if word in getattr(sys, "stdlib_module_names", ()):
        return "Python's module {}, which its tests on a PC need".format(word)
    if (ROOT / "plugins" / word / "plugin.json").is_file():
        return "the plugin {}, whose topics it would take".format(word)
    return None


def in_project(folder, config):
    """Lines that say which names in a project's folder, or among the modules of its configuration, hide something."""
    return [line for _, line in _found(folder, config)]


def fatal(folder, config):
    """The first of these lines with which no board could start, or None."""
    return next((line for word, line in _found(folder, config) if word in _NEEDED), None)


def _found(folder, config):
    # [(word, line)]
    folder, found = Path(folder), []
    modules = config.get("modules", ())
    modules = list(modules.values() if isinstance(modules, dict) else modules)
    for path in sorted(folder.iterdir()):
        word = path.stem if path.suffix == ".py" else path.name
        if word in _AT_ROOT or path.name.startswith((".", "_")) or path.is_dir() and word in _ASIDE:
            continue
        if path.suffix == ".py" and (folder / word).is_dir():
            text = "{0}.py and the folder {0}: a board takes only the folder; rename one of them"
            found.append((None, text.format(word)))
        importable = path.suffix == ".py" or path.is_dir() and any(path.glob("*.py"))
        if importable and word not in modules and (word in _MICROPYTHON or word in ("modcore", "plugins")):
            found.append((word, "{}: hides {}; rename it".format(path.name, hidden(word))))
    for word in sorted({path.split(".")[0] for path in modules}):
        what = hidden(word)
        if what:
            found.append((word, "config.json: modules: {!r} hides {}; rename it".format(word, what)))
    return found
