"""The broker's address by its name, without blocking the device. Loaded when the broker has a name."""

import sys
from os import urandom


def find(bridge):
    """A generator that returns an address in figures (str); each yield waits. OSError: the name has none."""
    if bridge.config["host"] == "localhost":
        return "127.0.0.1"
    before = set(sys.modules)
    from plugins.dns import Resolver

    found = []

    def done(addresses):
        found.append(addresses)
        bridge.wake()

    resolver = Resolver(bridge)
    try:
        resolver.find(bridge.config["host"], done)
        while not found:
            yield
    finally:
        resolver.cancel()
        _unload(before)
    if not found[0]:
        raise OSError("name not found")
    # Of several addresses another one each time: one of their brokers may be down.
    return found[0][urandom(1)[0] % len(found[0])]


def _unload(before):
    if sys.implementation.name != "cpython":
        for name in ("plugins.dns.message", "plugins.dns.resolver", "plugins.dns"):
            if name in sys.modules and name not in before:
                parent, _, child = name.rpartition(".")
                if parent in sys.modules and hasattr(sys.modules[parent], child):
                    delattr(sys.modules[parent], child)
                del sys.modules[name]
