"""A UDP server in the kernel under test, for clients that must not block."""

import socket
from select import POLLIN

from modcore import Module

LOCAL = "127.0.0.1"


class Peer(Module):
    """Answers each datagram with those that `reply(message)` returns; counts what comes in.

    peer = kernel.add(Peer(lambda message: [message]))
    """

    def __init__(self, reply, id="peer"):
        super().__init__(id)
        self.reply = reply
        self.count = 0
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.port = bind(self.sock)

    def start(self):
        """Listen."""
        self.watch(self.sock, POLLIN, self._serve)

    def stop(self):
        """Listen no longer."""
        self.sock.close()

    def _serve(self, sock, events):
        message, sender = sock.recvfrom(1024)
        self.count += 1
        for out in self.reply(message):
            sock.sendto(out, sender)


def bind(sock):
    """Bind to a free port of this machine and return it; MicroPython can't tell which one it was given."""
    for port in range(21000, 21999):
        try:
            sock.bind(socket.getaddrinfo(LOCAL, port)[0][-1])
            return port
        except OSError:
            pass
