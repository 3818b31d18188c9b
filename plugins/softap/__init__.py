"""Access point of the device's own, with a captive portal that sets it up from a phone."""

import sys

__version__ = "1.0.0"


def part(name):
    """Import `plugins.softap.<name>` for one use: on a device its code leaves memory with the last reference."""
    path = "plugins.softap." + name
    known = path in sys.modules
    module = __import__(path, None, None, (name,))
    if not known and sys.implementation.name != "cpython":
        del sys.modules[path]
        delattr(sys.modules["plugins.softap"], name)
    return module


def __getattr__(name):
    if name != "Softap":
        raise AttributeError(name)
    from .module import Softap

    return Softap
