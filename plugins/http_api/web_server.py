"""WebServer: the base of http_async and http_windup as modules of a kernel."""

from modcore import Module
from modcore.lazy import load
from plugins.http import HttpError


class WebServer(Module):
    """Serves the routes of all modules, the device API and files; a subclass drives the sockets.

    Its own section of config.json has `host` and `port`; what is served, and to whom, stands in the section `http`,
    whichever server runs: see README.md. `site` and `server` are there while it runs.
    """

    defaults = {"host": "0.0.0.0", "port": 80}
    site = None
    server = None
    hosts = ()  # further names of the device, as configured

    def make(self, tls):
        """The server for `self.site`; given by the subclass. tls: an SSLContext, or None."""
        raise NotImplementedError

    def start(self):
        """Take the port and what there is to serve."""
        from .settings import open_site

        self.added = {}  # topic -> what a module has added there: filters, the statuses of pages
        self.site, tls = open_site(self)
        self.listen("$http/+/+", self.on_addition)
        self.listen("$unread", self.on_unread)
        self.server = self.make(tls)
        self.server.listen(self.config["host"], self.config["port"])

    def stop(self):
        """Close the port and every connection."""
        if self.server:
            self.server.close()

    def on_addition(self, topic, value):
        """A module's routes, filters or error pages come, or go (None)."""
        from .settings import change

        change(self, topic, value)

    def on_unread(self, topic, sections):
        """Sections of the configuration that no module has read."""
        from .settings import misplaced

        for section in sections or ():
            misplaced(self, section)

    # what the site asks

    def names(self):
        """The names by which the device may be asked, a list."""
        from .settings import names

        return names(self)


def optional(name):
    """The plugin `name` (a package), which a device need not have. HttpError 501: it has not."""
    try:
        return load("plugins." + name)
    except ImportError:
        raise HttpError(501, "takes the plugin " + name)


def read_json(raw, depth):
    """The value of JSON bytes, by the kernel's strict reader."""
    from modcore.json_strict import loads

    return loads(raw, depth)
