"""SNTP client: sets the clock from servers that it checks, and says how good the time is."""

import sys

__version__ = "1.0.0"


def part(name):
    """Import `plugins.ntp.<name>` for one use: on a device its code leaves memory with the last reference."""
    path = "plugins.ntp." + name
    known = path in sys.modules
    module = __import__(path, None, None, (name,))
    if not known and sys.implementation.name != "cpython":
        del sys.modules[path]
        delattr(sys.modules["plugins.ntp"], name)
    return module


def __getattr__(name):
    if name != "Ntp":
        raise AttributeError(name)
    from .module import Ntp

    return Ntp
