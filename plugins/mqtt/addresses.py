"""A broker's address by its name, without holding the device up."""

from os import urandom

RARE = True  # once for each connection


def find(module, host, wake):
    """A generator that returns the address of `host` in figures (str); each yield waits, until `wake()` is called.

    module: whose timers and sockets are used. OSError: the name has no address.
    """
    if ":" in host or not host.strip("0123456789."):
        return host
    if host == "localhost":
        return "127.0.0.1"
    from plugins.dns import Resolver

    found = []

    def done(addresses):
        found.append(addresses)
        wake()

    resolver = Resolver(module)
    try:
        resolver.find(host, done)
        while not found:
            yield
    finally:
        resolver.cancel()
    if not found[0]:
        raise OSError("name not found")
    # Of several addresses another one each time: one of their brokers may be down.
    return found[0][urandom(1)[0] % len(found[0])]
