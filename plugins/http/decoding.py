"""Decoding of what a request says, when it is first asked for: query, cookies, JSON, forms, who it comes from.

Sources: RFC 3986 section 2.1 and the URL standard for percent-encoding and queries.
"""

from .request import HttpError

RARE = True  # only requests that are looked into


def decoded(request, name):
    """Return what `request.<name>` is; made once."""
    known = request._decoded
    if known is None:
        known = request._decoded = {}
    if name not in known:
        known[name] = _decode(request, name)
    return known[name]


def _decode(request, name):
    if name == "query":
        return dict(decoded(request, "pairs"))
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
    if name == "user":
        return request.site.user and request.site.user(request)
    return _by_plugin(request, "session", "http_auth")


def _elements(path):

    while b"//" in path:
        path = path.replace(b"//", b"/")
    return [unquote(part) for part in path.split(b"/")]


def _json(request):
    loads = request.site.loads
    if loads is None:
        from .json_strict import loads
    try:
        return loads(request.body, request.site.json_depth)
    except (ValueError, OverflowError) as error:
        raise HttpError(400, "body: takes JSON: %s" % error)


def _form(request):
    kind = request.header("content-type", "").split(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return dict(pairs(request.body))
    return dict(_by_plugin(request, "form", "http_forms")) if kind == "multipart/form-data" else {}


def _by_plugin(request, name, plugin):
    """Return what the function `site.<name>` gives, which a plugin brings. HttpError 501: the plugin is not there."""
    site = request.site
    if getattr(site, name) is None:
        if not site.plugin:
            raise HttpError(501, "takes the plugin " + plugin)
        site.plugin(plugin).install(site)
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
        text = str(raw, "utf-8")
        if raw and max(raw) > 127:
            _check_utf8(text, raw)
        return text
    except ValueError:  # UnicodeError is one
        raise HttpError(400, "takes UTF-8")


def _check_utf8(text, raw):
    """MicroPython lets surrogates and overlong forms pass."""
    size = 0
    for c in text:
        point = ord(c)
        if 0xD800 <= point < 0xE000 or point > 0x10FFFF:
            raise ValueError
        size += 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4
    if size != len(raw):
        raise ValueError


def pairs(raw):
    """A list of (name, value) of a query or form: `pairs(b"a=1&b=%20")` is [("a", "1"), ("b", " ")]."""
    found = []
    for part in raw.split(b"&"):
        if part:
            name, _, value = part.replace(b"+", b" ").partition(b"=")
            found.append((unquote(name), unquote(value)))
    return found
