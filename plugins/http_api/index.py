"""The list of all that a device has, for `GET /api`."""

from plugins.http.connection import dumps


class Index:
    """All that there is, as JSON, piece by piece so that it needs no memory: the body of an answer."""

    length = None  # not known

    def __init__(self, kernel):
        self.kernel = kernel

    def pieces(self, request):
        """Yield it, in chunks where the client takes them; nothing is missing in the end."""
        conn = request.conn
        for text in self.texts():
            conn.wait(conn.site.write_ms)
            data = text.encode()
            yield b"%x\r\n%s\r\n" % (len(data), data) if request.minor else data
        if request.minor:
            yield b"0\r\n\r\n"

    def texts(self):
        """Yield it as text."""
        import sys

        import modcore

        kernel = self.kernel
        version = ".".join([str(part) for part in sys.implementation.version[:3]])
        versions = {"modcore": modcore.__version__, sys.implementation.name: version}
        text = dumps({"name": kernel.name, "id": device_id(kernel), "versions": versions})
        text = text[:-1] + ', "modules": {'
        comma = ""
        for id in sorted(kernel.modules):
            module = kernel.modules.get(id)
            if module is None:
                continue
            text += '%s%s: {"state": "%s", "properties": {' % (comma, dumps(id), module.state)
            comma = ""
            for name in sorted(module.properties):
                entry = dict(module.properties[name].meta)
                entry["value"] = module.properties[name].value
                text += "%s%s: %s" % (comma, dumps(name), dumps(entry))
                comma = ", "
                if len(text) > 200:
                    yield text
                    text = ""
            text += "}}"
            comma = ", "
        yield text + "}}"


def device_id(kernel):
    """The board's unique id in hexadecimal, or the device's name where the board has none."""
    try:
        from machine import unique_id

        return "".join(["%02x" % octet for octet in unique_id()])
    except (ImportError, AttributeError):
        return kernel.name
