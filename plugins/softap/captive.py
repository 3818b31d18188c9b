"""CaptiveDns: a name server that answers every name with one address."""

import socket
from select import POLLIN

from plugins.dns.captive import answer

_SIZE = 512  # of a question: RFC 1035 section 4.2.1
_AT_ONCE = 8  # questions between two other things that the device does


class CaptiveDns:
    """Answers while it is open; module: whose sockets it uses, address: the one that it names.

    A port that can't be had is logged, and phones do without the help of names then.
    """

    def __init__(self, module, address, port):
        self._module = module
        self._address = bytes([int(part) for part in address.split(".")])
        self._sock = sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setblocking(False)
            sock.bind(socket.getaddrinfo("0.0.0.0", port)[0][-1])
        except OSError as error:
            module.log.warning("no name server on port %d: %s" % (port, error))
            sock.close()
            self._sock = None
            return
        module.watch(sock, POLLIN, self._serve)

    def close(self):
        """Answer no more."""
        if self._sock:
            self._module.unwatch(self._sock)
            self._sock.close()
            self._sock = None

    def _serve(self, sock, events):
        for _ in range(_AT_ONCE):
            try:
                message, sender = sock.recvfrom(_SIZE)
            except OSError:
                return  # all read
            found = answer(message, self._address)
            if found:
                try:
                    sock.sendto(found, sender)
                except OSError:
                    pass  # it asks again
