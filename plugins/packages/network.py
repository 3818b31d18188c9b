"""Needs of few downloads: chunks, redirects, TLS, and words for what went wrong."""

import errno
import time

from .rules import InstallError

RARE = True  # needed while plugins come or go


def chunked(download, url, sink, limit):
    """Generator: read a body in chunks; returns its size. RFC 9112 section 7.1."""
    from .download import read_line, take

    size = 0
    while True:
        line = yield from read_line(download)
        try:
            length = int(line.split(b";")[0], 16)
        except ValueError:
            raise InstallError("%s: broken chunks" % url)
        if length == 0:
            while (yield from read_line(download)):
                pass
            return size
        got = yield from take(download, url, length, sink, limit, size)
        if got < length:
            raise InstallError("%s: ended early" % url)
        size += got
        if (yield from read_line(download)):
            raise InstallError("%s: broken chunks" % url)


def join(base, location):
    """The URL that `location` means in the answer of `base`. Source: RFC 3986 section 5.2."""
    if location.lower()[:7] == "http://" or location.lower()[:8] == "https://":
        return location
    scheme, _, rest = base.partition("://")
    if location[:2] == "//":
        return scheme + ":" + location
    host, _, path = rest.partition("/")
    if location[:1] == "/":
        return scheme + "://" + host + location
    folder = path.rpartition("/")[0]
    return scheme + "://" + host + "/" + (folder + "/" if folder else "") + location


def encrypted(sock, host, authorities):
    """TLS over `sock`, which does not block; authorities: see Download."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if authorities != "any":
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cafile=authorities)
    else:
        if hasattr(context, "check_hostname"):
            context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)


def reason(error):
    """Words for what a socket raised."""
    names = {
        errno.ECONNREFUSED: "the server refuses the connection",
        errno.ECONNRESET: "the connection was cut",
        errno.EHOSTUNREACH: "no network",
    }
    if error.args and error.args[0] in (-2, -3, -5):  # what getaddrinfo raises
        return "no such host"
    text = names.get(getattr(error, "errno", None), str(error).strip())
    if "cert" in text.lower() and time.gmtime()[0] < 2024:
        text += "; the clock is not set, so that no certificate is valid yet"
    return text
