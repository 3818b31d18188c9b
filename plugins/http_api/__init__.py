"""The link between plugins/http and modcore: the device API, and the base of both servers' modules.

What is rare about the API is in catalogue.py and subscribing.py, about the server in settings.py.
"""

from json import loads

from modcore import Module
from modcore.ticks import const
from plugins.http.connection import dumps

__version__ = "1.0.0"

TYPE_CHECKING = const(0)  # for editors and type checkers
_PLAIN = const((b"true", b"false"))


class DeviceApi:
    """`GET /api`, `GET|PUT /api/<module>/<property>` and `GET /api/events?filter=...` of a kernel.

    owner: the server's module, to which the subscriptions of event streams belong.

        site.contents.append(DeviceApi(kernel))
    """

    recent = None  # the events of late, from the first stream on
    turn = (0, 0)  # the place at which the bus stands, and the commands given since

    def __init__(self, kernel, owner=None):
        self.kernel = kernel
        self.owner = owner

    def find(self, request):
        """The answer to a request for something below /api, or None."""
        path = request.path
        if path[:5] != "/api/" and path != "/api":
            return None
        names = path.split("/")
        module = len(names) == 4 and self.kernel.modules.get(names[2])
        if module and module.state == "RUNNING":
            property = module.properties.get(names[3])
            method = request.method
            if property and (method == "GET" or method == "PUT" and property.set and 0 < request.size < 32):
                try:
                    if method == "PUT":
                        body = request.body
                        # Others are read more strictly than MicroPython's reader does.
                        if self.kernel.bus.waiting():
                            pass  # others may have sent commands in this turn: catalogue.py counts them
                        elif body in _PLAIN or body.isdigit() and (body[0] > 48 or len(body) == 1):
                            property.command(loads(str(body, "utf-8")))
                            method = "GET"
                except ValueError as error:
                    from .catalogue import refused

                    return refused(property, error)
                if method == "GET":
                    request.type = b"application/json"
                    value = property.value
                    return value if isinstance(value, (dict, list)) else dumps(value)
        from .catalogue import find

        return find(self, request, names)

    def methods(self, request):
        """The methods for the path of a request."""
        from .catalogue import methods

        return methods(self, request)


class WebServer(Module):
    """Serves the routes of all modules, the device API and files; a subclass drives the sockets.

    Its own section of config.json has `host` and `port`; what is served, and to whom, stands in the section `http`,
    whichever server runs: see README.md. `site` and `server` are there while it runs.
    """

    defaults = {"host": "0.0.0.0", "port": 80}
    site = None
    server = None
    hosts = ()  # further names of the device, as configured

    if TYPE_CHECKING:

        def make(self, tls):
            """The server for `self.site`; given by the subclass. tls: an SSLContext, or None."""
            ...

    def start(self):
        """Take the port and what there is to serve."""
        from .settings import open_site

        tls = open_site(self)
        del open_site  # the name alone would keep its file in memory, while the next ones are loaded
        self.listen("$http/+/+", self.on_change)
        self.listen("$unread", self.on_change)
        self.server = self.make(tls)
        self.server.listen(self.config["host"], self.config["port"])

    def stop(self):
        """Close the port and every connection."""
        if self.server:
            self.server.close()

    def on_change(self, topic, value):
        """A module's routes, filters or error pages come, or go (None); sections that no module has read are told."""
        from .settings import change

        change(self, topic, value)

    def names(self):
        """The names by which the device may be asked, a list, for the site."""
        from .settings import names

        return names(self)
