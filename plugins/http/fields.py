"""The request's attributes that are made when first asked for; percent-encoding."""

from . import HttpError

_MODULES = {"user": "plugins.http.users", "session": "plugins.http.sessions", "form": "plugins.http.forms"}


def get(request, name):
    """The attribute `name` of a request; what is expensive is kept. AttributeError: there is none.

    `site.lazy[name]` may name another module whose `lazy_<name>(request)` makes the attribute.
    """
    if name in ("closes", "expects", "upgrades", "streamed"):
        return False
    if name == "target":
        return request.url.split(b"?")[0]
    if name == "raw_query":
        return request.url.partition(b"?")[2]
    if name in ("authority", "early", "chunks"):
        return None
    if name == "peer":
        return request.conn.addr
    if name == "secure":
        return request.conn.secure
    if name == "version":
        return "1.1" if request.minor else "1.0"
    if name == "body":
        if request.streamed:
            raise HttpError(413, "body too large")
        return b""
    make = _METHODS.get(name)
    if make:
        return lambda *arguments: make(request, *arguments)
    make = _MAKERS.get(name)
    if make is None:
        module = request.site.lazy.get(name) or _MODULES.get(name)
        if module is None:
            raise AttributeError(name)
        make = getattr(__import__(module, None, None, ("*",)), "lazy_" + name)
    value = make(request)
    setattr(request, name, value)
    return value


def header(request, name, default=None):
    """The value of a header (lower-case name) as str, or `default`; several lines are joined by a comma.

    Source: RFC 9110 section 5.3.
    """
    if name == "host" and request.authority:  # RFC 9112 section 3.2.2
        return str(request.authority, "utf-8")
    wanted = name.encode()
    size = len(wanted)
    found = None
    head = request.head
    at = head.find(b"\r\n") + 2
    while at < request.end:
        stop = head.find(b"\r\n", at)
        if head[at + size : at + size + 1] == b":" and head[at : at + size].lower() == wanted:
            value = head[at + size + 1 : stop].strip()
            try:
                value = str(value, "utf-8")
            except ValueError:
                value = "".join([chr(c) for c in value])  # ISO 8859-1, as of old
            found = value if found is None else found + ("; " if name == "cookie" else ", ") + value
        at = stop + 2
    return default if found is None else found


def split(request):
    """The elements of the path, decoded one by one, so that %2F separates nothing."""
    if b"%" not in request.target:
        return request.path.split("/")
    return [unquote(part) if part else "" for part in request.target.split(b"/")]


def read(request, n):
    """Give the next piece of the body, at most `n` bytes, b"" at its end.

    In a generator: `data = yield from request.read(512)`.
    In an `async def` handler: `data = await request.read(512)`.
    """
    from .body import read

    steps = read(request, n)
    tasks = request.site.tasks and __import__(request.site.tasks, None, None, ("*",))
    return tasks.Reading(request.conn, steps) if hasattr(tasks, "Reading") else steps


def unquote(raw):
    """The text behind percent-encoded bytes: RFC 3986 section 2.1. HttpError 400: broken escapes, no UTF-8."""
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
        if max(raw) > 127:
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
            found.append((unquote(name) if name else "", unquote(value) if value else ""))
    return found


def _headers(request):
    from .headers import Headers

    return Headers(request)


def _query(request):
    return dict(pairs(request.raw_query)) if request.raw_query else {}


def _cookies(request):
    """RFC 6265 section 5.4; of a repeated name the first."""
    cookies = {}
    for part in (header(request, "cookie") or "").split(";"):
        name, equals, value = part.partition("=")
        name = name.strip()
        value = value.strip()
        if equals and name and name not in cookies:
            if len(value) > 1 and value[0] == value[-1] == '"':
                value = value[1:-1]
            cookies[name] = value
    return cookies


def _json(request):
    from .parsejson import loads

    return loads(request.body, request.site.json_depth)


_METHODS = {"header": header, "split": split, "read": read}
_MAKERS = {"headers": _headers, "query": _query, "cookies": _cookies, "json": _json}
