"""DNS messages without I/O, and a resolver that never blocks the device."""

import sys

__version__ = "1.0.0"


def part(name):
    """Import `plugins.dns.<name>` for one use: on a device its code leaves memory with the last reference."""
    path = "plugins.dns." + name
    known = path in sys.modules
    module = __import__(path, None, None, (name,))
    if not known and sys.implementation.name != "cpython":
        del sys.modules[path]
        delattr(sys.modules["plugins.dns"], name)
    return module


def __getattr__(name):
    if name == "Resolver":
        return part("resolver").Resolver
    if name in ("NoAnswer", "question", "addresses", "answer", "is_address"):
        return getattr(__import__("plugins.dns.message", None, None, (name,)), name)
    raise AttributeError(name)
