"""socket, whose names and addresses are the board's: what it listens on is found on the PC's own ports."""

import _board
from usocket import *
from usocket import getaddrinfo as _getaddrinfo


def getaddrinfo(host, port, *more):
    """The addresses of `host`, by way of the board's radio."""
    host, port = _board.ask("wifi.address", host, port)
    return _getaddrinfo(host, port, *more)
