"""Forms: names and values of a body, urlencoded or multipart."""

from plugins.http import HttpError

RARE = True  # only requests with a form


def fields(request):
    """A list of (name, value) of the request's form, in order, repeated names and all; empty when it has none.

    A file is an object with `filename type size` and `data` (bytes). HttpError 400: broken, 413: too large
    for memory.

    colours = [value for name, value in fields(request) if name == "colour"]
    """
    kind = request.header("content-type") or ""
    name = kind.split(";", 1)[0].strip().lower()
    if name == "application/x-www-form-urlencoded":
        from plugins.http.decoding import pairs

        return pairs(request.body)
    if name == "multipart/form-data":
        from .multipart import in_memory

        return in_memory(kind, request.body)
    return []


def parameter(header, name):
    """The value of a parameter of a header such as `form-data; name="a"`, or None: RFC 7578 section 4.2.

    A quoted value ends at the next quote; browsers send %22 for one inside, and backslashes as they are.
    """
    rest = header
    while True:
        at = rest.find(";")
        if at < 0:
            return None
        key, equals, rest = rest[at + 1 :].partition("=")
        if not equals:
            return None
        rest = rest.strip()
        if rest[:1] == '"':
            end = rest.find('"', 1)
            if end < 0:
                raise HttpError(400, "%s: closing quote missing" % name)
            value = rest[1:end]
            rest = rest[end + 1 :]
        else:
            end = rest.find(";")
            value = (rest if end < 0 else rest[:end]).strip()
            rest = "" if end < 0 else rest[end:]
        if key.strip().lower() == name:
            return value
