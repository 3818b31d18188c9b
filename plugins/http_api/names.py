"""The names by which a device may be asked: a page of another name is another's."""

RARE = True  # for names that are not known yet


def names(server):
    """A list of the names in lower case: the device's own, that of the network, with `.local`, and configured ones."""
    kernel = server.kernel
    found = [kernel.name]
    try:
        from network import hostname

        found.append(hostname())
    except ImportError:
        import socket

        if hasattr(socket, "gethostname"):
            found.append(socket.gethostname())
    wlan = kernel.modules.get("wlan")
    if wlan:
        found.append(getattr(wlan, "hostname", None))
    found = [name.lower() for name in found if name]
    return found + [name + ".local" for name in found] + list(server.hosts)
