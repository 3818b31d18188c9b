"""The names of CPython's `ssl` over the built-in `tls`, for a MicroPython that was built without them."""

import tls
from tls import *  # noqa: F403


class SSLContext:
    """A `tls.SSLContext` that also takes the names of files, as CPython's does."""

    def __init__(self, protocol):
        self._context = tls.SSLContext(protocol)

    @property
    def verify_mode(self):
        """CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED."""
        return self._context.verify_mode

    @verify_mode.setter
    def verify_mode(self, mode):
        self._context.verify_mode = mode

    def load_cert_chain(self, certfile, keyfile):
        """Load certificate and key: names of files (str), or their content (bytes, PEM or DER)."""
        self._context.load_cert_chain(_content(certfile), _content(keyfile))

    def load_verify_locations(self, cafile=None, cadata=None):
        """Load the certificates to trust: from a file, or `cadata` (bytes)."""
        self._context.load_verify_locations(_content(cafile) if cafile else cadata)

    def get_ciphers(self):
        """Return the names of the cipher suites."""
        return self._context.get_ciphers()

    def set_ciphers(self, ciphers):
        """Take only these cipher suites (list of str)."""
        self._context.set_ciphers(ciphers)

    def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, server_hostname=None):
        """Return a TLS stream over `sock`."""
        return self._context.wrap_socket(
            sock,
            server_side=server_side,
            do_handshake_on_connect=do_handshake_on_connect,
            server_hostname=server_hostname,
        )


def wrap_socket(
    sock, server_side=False, key=None, cert=None, cert_reqs=tls.CERT_NONE, cadata=None, server_hostname=None
):
    """Return a TLS stream over `sock` with a context of its own, as umqtt.simple and others ask for."""
    context = SSLContext(tls.PROTOCOL_TLS_SERVER if server_side else tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = cert_reqs
    if cert or key:
        context.load_cert_chain(cert, key)
    if cadata:
        context.load_verify_locations(cadata=cadata)
    return context.wrap_socket(sock, server_side=server_side, server_hostname=server_hostname)


def _content(source):
    if isinstance(source, str):
        with open(source, "rb") as file:
            return file.read()
    return source
