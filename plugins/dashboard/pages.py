"""The files of the pages: gzipped, kept for a year by a name with a hash, under a strict policy."""

from plugins.http import Response

RARE = True  # only while a browser loads a page

_FROZEN = "plugins/dashboard/www/"  # where the files are in a firmware
_PIECE = 1024  # bytes that are sent at once
_YEAR = "max-age=31536000, immutable"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_TYPES = (
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("html", "text/html; charset=utf-8"),
    ("json", "application/json"),
)


def find(module, request):
    """The handler for a request, or None when another content shall answer it."""
    if request.method not in ("GET", "HEAD"):
        return None
    return _find(module, request)


def methods(module, request):
    """The methods for a path, as a list."""
    path = request.path
    if path != "/" and (path[:10] != "/dashboard" or path[10:11] not in ("", "/")):
        return []
    name = path[11:]
    there = name in ("", "manifest.webmanifest") or name + ".gz" in _names()
    return ["GET"] if there and _find(module, request) else []


def _find(module, request):
    path = request.path
    if path == "/":
        if not module.config["at_root"] or _has_own(module, request):
            return None
        return _index
    name = path[11:]
    if not name:
        return _index if path[-1:] == "/" else _to_folder
    if name == "manifest.webmanifest":
        return lambda request: _manifest(module)
    if "/" in name or "\\" in name or ".." in name or name[:6] == "index.":
        return None
    return lambda request: _file(request, name)


def _has_own(module, request):
    for content in request.site.contents:
        if content is not module and content.find(request) is not None:
            return True
    return False


def _to_folder(request):
    return b"", 301, [("Location", "/dashboard/")]


def _index(request):
    return _file(request, "index.%s.html" % _language(request.header("accept-language") or ""))


def _language(accepted):
    """The language of an Accept-Language that comes first and has a page, else English: RFC 9110 section 12.5.4."""
    have = [name[6:-8] for name in _names() if name[:6] == "index."]
    best = 0
    found = "en"
    for item in accepted.lower().split(","):
        tag, _, weight = item.strip().partition(";")
        tag = tag.split("-")[0].strip()
        try:
            weight = float(weight.strip()[2:]) if weight.strip()[:2] == "q=" else 1
        except ValueError:
            weight = 0
        if weight > best and tag in have:
            best = weight
            found = tag
    return found


def _folder():
    path = __file__
    return path[: path.rfind("/")] + "/www/"


def _file(request, name):
    from plugins.http_files import send_file

    suffix = name[name.rfind(".") + 1 :]
    kind = "application/octet-stream"
    for ending, known in _TYPES:
        if ending == suffix:
            kind = known
    content = dict(_frozen()).get(_FROZEN + name + ".gz")
    if content is None:
        response = send_file(request, _folder() + name, type=kind)
    else:
        response = _from_firmware(request, content, kind)
    response.set("Referrer-Policy", "same-origin")
    if suffix == "html":
        response.set("Content-Security-Policy", _POLICY)
        response.set("Vary", "Accept-Encoding, Accept-Language")
    elif "-" in name:  # with a hash
        response.set("Cache-Control", _YEAR)
    return response


def _from_firmware(request, content, kind):
    from plugins.http_files.folder import takes_gzip

    response = Response(b"", 200, [("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding")], kind)
    response.streams = True
    if not takes_gzip(request.header("accept-encoding")):
        from io import BytesIO

        from plugins.http_files.unpacking import unpack

        response.length, response.body = unpack(lambda: BytesIO(content))
        if response.length is not None:
            return response
    response.body = _pieces(memoryview(content))
    response.length = len(content)
    response.set("Content-Encoding", "gzip")
    return response


def _frozen():
    # The files that lie in the firmware: (path, content) of each.
    try:
        from frozen_files import FILES  # made by manifest.py
    except ImportError:
        FILES = ()
    return FILES


def _pieces(content):
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]


def _manifest(module):
    icon = [name for name in _names() if name[:5] == "icon-"]
    icons = [
        {"src": "/dashboard/" + name[:-3], "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable"}
        for name in icon
    ]
    name = module.kernel.name
    found = {
        "name": name,
        "short_name": name[:12],
        "start_url": "/dashboard/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f5",
        "theme_color": "#0b6b57",
        "icons": icons,
    }
    from json import dumps

    return Response(dumps(found).encode(), 200, [("Cache-Control", "no-cache")], "application/manifest+json")


def _names():
    import os

    try:
        return os.listdir(_folder()[:-1])
    except OSError:
        return [path[len(_FROZEN) :] for path, _ in _frozen() if path.startswith(_FROZEN)]
