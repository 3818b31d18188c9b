"""TLS to the broker: certificates from files, read once."""

import ssl
import sys

RARE = True  # once, for the first connection


def context(options):
    """The SSLContext for the section `tls` of the configuration (a dict). ValueError: what is wrong in it."""
    for key in ("cafile", "cert", "key"):
        path = options.get(key)
        try:
            if path:
                open(path, "rb").close()
        except OSError:
            raise ValueError("tls: %s: %r can't be read" % (key, path))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not options.get("verify", True):
        if hasattr(made, "check_hostname"):
            made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    else:
        made.verify_mode = ssl.CERT_REQUIRED
        if options.get("cafile"):
            _read(made.load_verify_locations, options["cafile"])
        elif sys.implementation.name == "cpython":
            made.load_default_certs()
        else:
            raise ValueError("tls: needs cafile, the certificate to trust, or verify: false")
    if options.get("cert"):
        if not options.get("key"):
            raise ValueError("tls: cert needs key, the file with its private key")
        _read(made.load_cert_chain, options["cert"], options["key"])
    return made


def _read(load, *paths):
    try:
        load(*paths)
    except (ValueError, OSError, TypeError) as error:
        raise ValueError("tls: %s is not what it should be: %s" % (" or ".join(paths), error.args[-1]))
