"""Decoding of what a request says, when it is first asked for: query, cookies, JSON, forms, who it comes from.

Sources: RFC 3986 section 2.1 and the URL standard for percent-encoding and queries.
"""

from .request import HttpError

RARE = True  # only requests that are looked into


# Names of the functions that are methods of Request.
OF_REQUEST = ("read", "values")
_HAVE = (
    "body chunks closes conn cookies early expects form head header headers hold host json method minor origin params"
    " parse path peer query read route secure session site size split streamed type upgrades url user values version"
)


def decoded(request, name):
    """Return `request.<name>`, kept there once it is made. AttributeError: there is none of that name."""
    if name == "header" or name in OF_REQUEST:
        if name == "header":
            from .headers import header as function
        else:
            function = globals()[name]
        return lambda *args: function(request, *args)
    value = _make(request, name)
    setattr(request, name, value)
    return value


def _make(request, name):
    if name == "query":
        return dict(request.pairs)
    if name == "pairs":
        return pairs(request.url.partition(b"?")[2])
    if name == "elements":
        return _elements(request.url.partition(b"?")[0])
    if name == "headers":
        from .mapping import Headers

        return Headers(request)
    if name == "cookies":
        from .headers import read

        return read(request.header("cookie", ""))
    if name == "json":
        return _json(request)
    if name == "form":
        return _form(request)
    if name == "body":
        if request.streamed:
            raise HttpError(413, "body too large")
        return b""
    if name == "user":
        return request.site.user and request.site.user(request)
    if name == "session":
        return _by_plugin(request, "session", "http_auth")
    if name == "peer":
        return request.conn.addr
    if name == "secure":
        return request.conn.secure
    if name == "version":
        return "1.1" if request.minor else "1.0"
    raise AttributeError("Request has no %r; have %s" % (name, _HAVE))


def values(request, name):
    """All values of a name in the query, in order: for `?a=5&b=6&a=7` `request.values("a")` is `["5", "7"]`."""
    return [value for key, value in request.pairs if key == name]


def read(request, n):
    """Give the next piece of the body, at most `n` bytes, b"" at its end; for a route with `stream=True`.

    In a generator: `data = yield from request.read(512)`.
    In an `async def` handler: `data = await request.read(512)`.
    """
    from .body import reading

    return reading(request, n)


def _elements(path):

    while b"//" in path:
        path = path.replace(b"//", b"/")
    return [unquote(part) for part in path.split(b"/")]


def _json(request):
    site = request.site
    if site.json_reader:
        loads = site.load(site.json_reader).loads
    else:
        from .json_strict import loads
    try:
        return _twice(site, loads, request.body, site.json_depth)
    except (ValueError, OverflowError) as error:
        raise HttpError(400, "body: takes JSON: %s" % error)


def _twice(site, read, *args):
    # Reading changes nothing: where memory was short it is done again with all that can be given back.
    try:
        return read(*args)
    except MemoryError:
        site.spare = None
        site.relieve()
    return read(*args)


def _form(request):
    kind = request.header("content-type", "").split(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return _twice(request.site, lambda: dict(pairs(request.body)))
    return dict(_by_plugin(request, "form", "http_forms")) if kind == "multipart/form-data" else {}


def _by_plugin(request, name, plugin):
    """Return what the function `site.<name>` gives, which a plugin brings. HttpError 501: the plugin is not there."""
    site = request.site
    if getattr(site, name) is None:
        try:
            if not site.load:
                raise ImportError
            module = site.load("plugins." + plugin)
        except ImportError:
            raise HttpError(501, "takes the plugin " + plugin)
        module.install(site)
    return getattr(site, name)(request)


def unquote(raw):
    """The text of percent-encoded bytes: `unquote(b"a%20b")` is "a b". HttpError 400: broken escapes, not UTF-8."""
    parts = raw.split(b"%")
    if len(parts) > 1:
        out = [parts[0]]
        for part in parts[1:]:
            digits = part[:2]
            if len(digits) != 2 or digits.lstrip(b"0123456789abcdefABCDEF"):
                raise HttpError(400, "% takes two hexadecimal digits")
            octet = int(digits, 16)
            out.append(bytes((octet,)))
            out.append(part[2:])
        raw = b"".join(out)
    try:
        return utf8(raw)
    except ValueError:  # UnicodeError is one
        raise HttpError(400, "takes UTF-8")


def utf8(raw):
    """The text of UTF-8. ValueError: it is not; MicroPython lets halves of surrogates and overlong forms pass."""
    text = str(raw, "utf-8")
    if not raw or max(raw) < 128:
        return text
    size = 0
    for c in text:
        point = ord(c)
        if 0xD800 <= point < 0xE000 or point > 0x10FFFF:
            raise ValueError
        size += 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4
    if size != len(raw):
        raise ValueError
    return text


def pairs(raw):
    """A list of (name, value) of a query or form: `pairs(b"a=1&b=%20")` is [("a", "1"), ("b", " ")]."""
    found = []
    for part in raw.split(b"&"):
        if part:
            name, _, value = part.replace(b"+", b" ").partition(b"=")
            found.append((unquote(name), unquote(value)))
    return found
