"""HttpWindup: the web server on fibers as a module."""

from plugins.http_api import WebServer

from . import Server


class HttpWindup(WebServer):
    """Serves the routes of all modules, the device API and files, without asyncio.

    Configuration: `host` and `port`; all else stands in the section `http`, see README.md of http_api.

        kernel.add(HttpWindup())
    """

    def make(self, tls):
        """The server for `self.site`, in the kernel's loop and poll."""
        server = Server(self.site, (), tls)
        server.poller = self.kernel.sockets()
        server.owner = self
        return server

    def loop(self):
        """Do the kernel's turn for the connections."""
        return self.server.turn()
