"""What is asked of a Server now and then: each function is a method of Server, in memory while it is called."""

import sys
from select import POLLIN

from plugins.http import part


def listen(server, host="0.0.0.0", port=80):
    """Take the port and serve as long as the server turns. OSError: it can't be had, and why.

    port: 0 takes any; `server.port` is its number.

        server.listen("0.0.0.0", 80)
        while True:
            blink()
            server.turn(10)
    """
    server.socket, server.port = part("setup").listen(host, port)
    server.watch(server.socket, POLLIN, server.accept)
    _forget()


def run(server, host="0.0.0.0", port=80):
    """Serve until Ctrl-C or `close`; blocks. OSError: the port can't be had."""
    if not server.socket:
        listen(server, host, port)
    try:
        ms = 0
        while server.socket:
            ms = server.turn(ms)
    finally:
        close(server)


def close(server):
    """Close the port and every connection, and end what else runs in this loop."""
    if server.socket:
        server.poller.unwatch(server.socket)
        server.socket.close()
        server.socket = None
    for conn in list(server.site.open_connections):
        conn.end()
    if server.fibers:
        server.kill()
    _forget()


def _forget():
    """Let this module leave the memory with the last reference."""
    if sys.modules.pop(__name__, None):
        del sys.modules["plugins.http_windup"].serving


def __getattr__(name):  # a server is a loop of fibers, too
    import plugins.fiber.control

    return getattr(plugins.fiber.control, name)
