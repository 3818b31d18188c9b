"""The TLS context of a server, from certificate and key in files."""

RARE = True  # at start


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
