"""WLAN station: joins the strongest known network, and joins again, for years."""

import sys

__version__ = "1.0.0"


def part(name):
    """Import `plugins.wlan.<name>` for one use: on a device its code leaves memory with the last reference."""
    path = "plugins.wlan." + name
    known = path in sys.modules
    module = __import__(path, None, None, (name,))
    if not known and sys.implementation.name != "cpython":
        del sys.modules[path]
        delattr(sys.modules["plugins.wlan"], name)
    return module


def __getattr__(name):
    if name != "Wlan":
        raise AttributeError(name)
    from .module import Wlan

    return Wlan
