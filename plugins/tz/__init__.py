"""Time zones from POSIX TZ strings: `Zone` computes, the module `Tz` publishes local time and its changes."""

import sys

__version__ = "1.0.0"


def part(name):
    """Import `plugins.tz.<name>` for one use: on a device its code leaves memory with the last reference."""
    path = "plugins.tz." + name
    known = path in sys.modules
    module = __import__(path, None, None, (name,))
    if not known and sys.implementation.name != "cpython":
        del sys.modules[path]
        delattr(sys.modules["plugins.tz"], name)
    return module


def __getattr__(name):
    if name == "Tz":
        from .module import Tz

        return Tz
    if name in ("EPOCH_S", "Zone", "civil", "seconds"):
        return getattr(__import__("plugins.tz.zone", None, None, (name,)), name)
    raise AttributeError(name)
