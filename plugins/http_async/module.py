"""HttpAsync: the web server as a module."""

from modcore import Module
from plugins.http import part

from . import Server


class HttpAsync(Module):
    """Serves the routes of all modules, the device API and files, in asyncio.

    Configuration: see README.md; the same as of http_windup. `site` and `server` are there while it runs.

        kernel.add(HttpAsync())
    """

    server = None

    @property
    def defaults(self):
        """What stands in the configuration when nothing else does; in memory while it is looked at."""
        return part("setup").defaults

    def start(self):
        """Take the port and what there is to serve."""
        self.site, tls = part("setup").open(self)
        self.server = Server(self.site, (), tls)
        self.server.listen(self.config["host"], self.config["port"])

    def stop(self):
        """Close the port and every connection."""
        if self.server:
            self.server.close()

    def run(self):
        """Serve: a coroutine."""
        return self.server.run()  # a coroutine of our own around it would take 100 bytes
