"""The device API: values of properties, read and set; what is rare about them is in catalogue.py."""

from json import loads

from modcore.ticks import const
from plugins.http.json_text import dumps

_PLAIN = const((b"true", b"false"))


class DeviceApi:
    """`GET /api`, `GET|PUT /api/<module>/<property>` and `GET /api/events?filter=...` of a kernel.

    owner: the server's module, to which the subscriptions of event streams belong.

        site.contents.append(DeviceApi(kernel))
    """

    recent = None  # the events of late, from the first stream on

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
                        if body in _PLAIN or body.isdigit() and (body[0] > 48 or len(body) == 1):
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
