"""The headers of a request as a mapping."""


class Headers:
    """The headers by name, in any case: `request.headers.get("User-Agent")`, `["Host"]`, `in`, `items()`."""

    def __init__(self, request):
        self._request = request

    def get(self, name, default=None):
        """The value as str, several lines joined by a comma, or `default`."""
        return self._request.header(name.lower(), default)

    def __getitem__(self, name):
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __contains__(self, name):
        return self.get(name) is not None

    def items(self):
        """A list of (lower-case name, value), each name once."""
        return [(name, self.get(name)) for name in self.keys()]

    def keys(self):
        """A list of the lower-case names, each once."""
        request = self._request
        names = []
        for line in request.head[: request.end - 2].split(b"\r\n")[1:]:
            name = str(line[: line.find(b":")], "utf-8").lower()
            if name not in names:
                names.append(name)
        return names

    def __iter__(self):
        return iter(self.keys())

    def __len__(self):
        return len(self.keys())
