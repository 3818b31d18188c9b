"""A name looked up by the system's own resolver, which blocks: in a thread where there are threads.

Needed where nobody names a DNS server: Windows, a PC without resolv.conf, Ethernet on MicroPython before 1.24.
"""

import socket

from modcore.ticks import const

RARE = True  # most networks name a server

_LOOK_MS = const(20)


def ask(module, host, done):
    """Have `done(addresses)` called with the IPv4 addresses of `host` (a list of str); return a timer to cancel it.

    Without threads it blocks, and there is no timer.
    """
    found = []

    def look():
        found.append(_addresses(host))

    try:
        import _thread

        _thread.start_new_thread(look, ())
    except (ImportError, OSError, RuntimeError, MemoryError):
        done(_addresses(host))
        return None

    def check():
        if found:
            timer.cancel()
            done(found[0])

    timer = module.every(_LOOK_MS, check)
    return timer


def _addresses(host):
    try:
        entries = socket.getaddrinfo(host, 53)
    except (OSError, ValueError):  # a host that no name can be
        return []
    have = []
    for entry in entries:
        address = entry[-1][0] if isinstance(entry[-1], tuple) else _unpacked(entry[-1])
        if address and address.count(".") == 3 and address not in have:
            have.append(address)
    return have


def _unpacked(sockaddr):
    # MicroPython on a PC gives a struct sockaddr_in.
    return "%d.%d.%d.%d" % tuple(sockaddr[4:8]) if len(sockaddr) == 16 else None
