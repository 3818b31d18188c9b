"""Files from folders: index pages, types, ready .gz files; conditions and ranges are in conditions.py."""

import os

from plugins.http import HttpError, Response

RARE = True  # files, where others are served too

_FOLDER = 0x4000
_LINKS = (0xA000, 10)  # a symbolic link in MicroPython's ilistdir
_PRIVATE = (".mpy", ".py", ".tmp", ".bad", ".part", ".key", ".pem", ".der")  # the last ones: keys of TLS
_TYPES = (
    " html:text/html htm:text/html css:text/css js:text/javascript mjs:text/javascript txt:text/plain"
    " csv:text/csv md:text/markdown svg:image/svg+xml json:application/json map:application/json"
    " webmanifest:application/manifest+json xml:application/xml png:image/png jpg:image/jpeg jpeg:image/jpeg"
    " gif:image/gif webp:image/webp ico:image/x-icon woff:font/woff woff2:font/woff2 wasm:application/wasm"
    " xhtml:application/xhtml+xml ttf:font/ttf otf:font/otf"
    " pdf:application/pdf mp3:audio/mpeg wav:audio/wav mp4:video/mp4 gz:application/gzip zip:application/zip "
)


def find(content, request):
    """The answer of a Static to a request, or None when there is no such file."""
    if request.path != content.prefix and not request.path.startswith(content.prefix + "/"):
        return None
    elements = request.split()[content.prefix.count("/") + 1 :]
    path = content.folder
    for element in elements[:-1]:
        path = _below(path, element)
        if path is None:
            return None
    slash = request.path[-1] == "/"
    if elements and not slash:
        path = _below(path, elements[-1])
        if path is None:
            return None
    found = _stat(path) or _stat(path + ".gz")
    if found is None:
        return None
    if found[0] & _FOLDER:
        name = _below(path, content.index)
        if not name or not (_stat(name) or _stat(name + ".gz")):
            return None
        if not slash:
            path, mark, query = str(request.url, "utf-8").partition("?")
            while "//" in path:  # one at the beginning would lead to another site
                path = path.replace("//", "/")
            return Response(b"", 301, [("Location", path + "/" + mark + query)])
        path = name
    elif slash:
        return None
    if request.method not in ("GET", "HEAD"):
        return None
    response = send_file(request, path, content.max_age_s)
    if content.sandbox:  # what strangers have put there must not act as a page of this device
        response.add("Content-Security-Policy", "sandbox")
    return response


def methods(content, request):
    """The methods of a Static for the path of a request."""
    method = request.method
    request.method = "HEAD"
    found = find(content, request)
    request.method = method
    return ("GET",) if found else ()


def _below(folder, element):
    """The path of an element in a folder, or None when it would lead elsewhere."""
    # FAT drops dots and spaces at the end of a name and knows "PRIVAT~1" as another one: no second names.
    if not element or element[-1] in ". " or "~" in element[1:] or _is_private(element.lower()):
        return None
    if "/" in element or "\\" in element or "\0" in element or ":" in element:
        return None
    path = folder + "/" + element if folder != "/" else "/" + element
    return None if _is_link(path) else path


def _is_private(name):
    """Tell whether a file is of the device itself, where its own folder is served: configuration, secrets, code."""
    if name[0] == "." and name != ".well-known":  # RFC 8615
        return True
    if name.endswith(".gz"):
        name = name[:-3]
    # A copy that somebody made of the secrets, too: `secrets (1).json`, `old-secrets.json.txt`.
    if name.startswith("config.json") or "secrets" in name and ".json" in name:
        return True
    # MicroPython before 1.25 takes no tuple here.
    return any([name.endswith(ending) for ending in _PRIVATE])


def _is_link(path):
    if hasattr(os, "readlink"):
        return os.path.islink(path)
    import sys

    if sys.platform not in ("linux", "darwin"):  # a device has no links
        return False
    at = path.rfind("/") + 1
    try:
        for entry in os.ilistdir(path[:at] or "."):
            if entry[0] == path[at:]:
                return entry[1] in _LINKS
    except OSError:
        pass
    return False


def _stat(path):
    try:
        return os.stat(path)
    except (OSError, ValueError):
        return None


def content_type(path):
    """The MIME type for a file's name: `content_type("a/b.css")` is `"text/css; charset=utf-8"`."""
    name = path[path.rfind("/") + 1 :]
    extension = name[name.rfind(".") + 1 :].lower()
    at = _TYPES.find(" " + extension + ":") if extension.find(" ") < 0 else -1
    if at < 0:
        return "application/octet-stream"
    at += len(extension) + 2
    found = _TYPES[at : _TYPES.find(" ", at)]
    text = found[:5] == "text/" or found == "application/json"
    return found + "; charset=utf-8" if text and found != "application/json" else found


def send_file(request, path, max_age_s=0, type=None, download=None):
    """The answer that sends a file, with conditions, ranges and a `.gz` beside it. HttpError 404: no file.

    download: the name under which a browser saves it. Source: RFC 9110 sections 13 and 14.

        return send_file(request, "/data/log.csv", download="log.csv")
    """
    from plugins.http.date import PLAUSIBLE_S, http_date

    found = _stat(path)
    zipped = _stat(path + ".gz")
    if zipped and (zipped[0] & _FOLDER or _is_link(path + ".gz")):
        zipped = None
    if found is None and zipped is None or found and found[0] & _FOLDER:
        raise HttpError(404)
    headers = [("Cache-Control", "max-age=%d" % max_age_s if max_age_s else "no-cache")]
    type = type or content_type(path)
    unpacked = pieces = None  # bytes and their pieces, where a .gz is unpacked on the way
    if zipped:
        headers.append(("Vary", "Accept-Encoding"))
        takes = takes_gzip(request.header("accept-encoding"))
        if found is None or takes:
            found = zipped
            path += ".gz"
            if not takes:
                from .unpacking import unpack

                unpacked, pieces = unpack(lambda: open(path, "rb"))
            if unpacked is None:
                headers.append(("Content-Encoding", "gzip"))
    if download:
        if '"' in download or "\\" in download:
            raise ValueError("download name %r" % download)
        headers.append(("Content-Disposition", 'attachment; filename="%s"' % download))
    status, start, size = 200, 0, found[6]
    modified = found[8]
    tag = date = None
    # Without a clock a file keeps its time when it changes: then nothing may say that it is the same.
    if modified > PLAUSIBLE_S:
        # CPython knows the time more exactly, and some systems the file's number.
        exact = getattr(found, "st_mtime_ns", modified)
        tag = '"%x-%x-%x%s"' % (
            exact,
            found[1],
            size,
            "" if found is not zipped else "z" if unpacked is None else "u",
        )
        date = http_date(modified)
        headers.append(("ETag", tag))
        headers.append(("Last-Modified", date))
    if unpacked is None:
        headers.append(("Accept-Ranges", "bytes"))
    else:
        size = None  # no ranges of what is not there as a file
    head = request.head[: request.end].lower()
    if b"\nif-" in head or b"\nrange:" in head:
        from .conditions import check

        status, start, size = check(request, modified, size, tag, date, headers)
    response = Response(b"", status, headers, None if status == 304 else type)
    if status != 304 and unpacked is not None:
        response.body = pieces
        response.length = unpacked
        response.streams = True
    elif status != 304:
        from .part import Part

        response.body = Part(path, start, size)
    return response


def takes_gzip(accepted):
    """Tell whether an Accept-Encoding takes gzip: RFC 9110 section 12.5.3."""
    star = False
    for item in (accepted or "").lower().split(","):
        coding, _, weight = item.partition(";")
        coding = coding.strip()
        weight = weight.replace(" ", "")
        takes = not (weight[:2] == "q=" and not weight[2:].strip("0."))
        if coding == "gzip":
            return takes
        if coding == "*":
            star = takes
    return star
