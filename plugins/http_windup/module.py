"""HttpWindup: the web server on fibers as a module."""

from modcore import Module
from plugins.http import part

from . import Server


class HttpWindup(Module):
    """Serves the routes of all modules, the device API and files, without asyncio.

    Configuration: the same as of http_async, see README.md. `site` and `server` are there while it runs.

        kernel.add(HttpWindup())
    """

    server = None

    @property
    def defaults(self):
        """What stands in the configuration when nothing else does; in memory while it is looked at."""
        return part("setup").defaults

    def start(self):
        """Take the port and what there is to serve."""
        self.site, tls = part("setup").open(self)
        self.server = server = Server(self.site, (), tls)
        server.poller = self.kernel.sockets()
        server.owner = self
        server.listen(self.config["host"], self.config["port"])
        self.loop = server.turn

    def stop(self):
        """Close the port and every connection."""
        if self.server:
            self.server.close()
