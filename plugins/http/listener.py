"""The listening socket of a server, its TLS context, and a word to clients that it has no room for."""

import gc
import socket

try:
    from micropython import const
except ImportError:  # CPython
    from .ticks import const

RARE = True  # at start, and when it is crowded

_IN_USE = const((98, 48, 112))  # EADDRINUSE of Linux, of macOS, and of lwIP
_SHORT = const(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nConnection: close\r\n\r\n")


def listen(host, port):
    """(listening socket, port number); port 0: any. OSError: it can't be had, in one line that says why."""
    if hasattr(gc, "threshold") and gc.threshold() < 0:
        # Collected late, garbage lies scattered among what stays, and no piece is left that is large enough.
        gc.threshold((gc.mem_free() + gc.mem_alloc()) // 16)
    try:
        address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
        listener = socket.socket(address[0], socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address[-1])
            listener.listen(16)
            listener.setblocking(False)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        reason = "in use by another program" if error.errno in _IN_USE else str(error)
        raise OSError(error.errno, "http: can't listen on %s port %d: %s" % (host, port, reason))
    if not port:
        port = listener.getsockname()[1]  # CPython's; a device is told its port
    return listener, port


def refuse(site, sock, secure):
    """Tell a client for which there is no room so, as far as that goes in a word, and hang up."""
    try:
        if not secure:
            from .crowd import busy

            try:
                word = busy(site)
            except MemoryError:
                word = _SHORT
            sock.send(word)
            sock.recv(999)  # closing with something unread would take it back
    except (OSError, MemoryError):
        pass
    sock.close()


def server_context(certificate, key):
    """An SSLContext for `wrap_socket`; certificate, key: names of files, DER or (where mbedtls has it) PEM.

    ValueError: which file can't be read or used.

        server = Server(tls=server_context("cert.der", "key.der"))
    """
    for path in (certificate, key):
        try:
            open(path, "rb").close()
        except OSError:
            raise ValueError("tls: can't read %r; takes a file for certificate and one for key" % path)
    try:
        try:
            from ssl import PROTOCOL_TLS_SERVER, SSLContext
        except ImportError:  # a MicroPython with the built-in part alone
            from tls import PROTOCOL_TLS_SERVER, SSLContext

            context = SSLContext(PROTOCOL_TLS_SERVER)
            context.load_cert_chain(_content(certificate), _content(key))
        else:
            context = SSLContext(PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as error:
        raise ValueError("tls: %r and %r are not a certificate and its key: %s" % (certificate, key, error))
    return context


def _content(path):
    with open(path, "rb") as file:
        return file.read()
