"""TLS to the broker: certificates from files. Loaded with each connection that uses it."""

import ssl
import sys


def wrap_socket(sock, config):
    """A TLS stream over the connected `sock`; it shakes hands with the first write.

    ValueError: what is wrong in the configuration.
    """
    options = config["tls"]
    for key in ("cafile", "cert", "key"):
        path = options.get(key)
        try:
            if path:
                open(path, "rb").close()
        except OSError:
            raise ValueError("tls: %s: %r can't be read" % (key, path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    verify = options.get("verify", True)
    if not verify:
        if hasattr(context, "check_hostname"):
            context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.verify_mode = ssl.CERT_REQUIRED
        if options.get("cafile"):
            context.load_verify_locations(cafile=options["cafile"])
        elif sys.implementation.name == "cpython":
            context.load_default_certs()
        else:
            raise ValueError("tls: needs cafile, the certificate to trust, or verify: false")
    if options.get("cert"):
        context.load_cert_chain(options["cert"], options.get("key"))
    return context.wrap_socket(sock, server_hostname=config["host"], do_handshake_on_connect=False)
