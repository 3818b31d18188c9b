"""HttpAsync: the web server in asyncio as a module."""

from plugins.http_api import WebServer

from . import Server


class HttpAsync(WebServer):
    """Serves the routes of all modules, the device API and files, in asyncio.

    Configuration: `host` and `port`; all else stands in the section `http`, see README.md of http_api.

        kernel.add(HttpAsync())
    """

    def make(self, tls):
        """The server for `self.site`."""
        return Server(self.site, (), tls)

    def run(self):
        """Serve: a coroutine."""
        return self.server.run()  # a coroutine of our own around it would take 100 bytes
