"""The file manager's REST below /api/files/: folders end with a slash, any size in constant memory."""

import os

from plugins.http import HttpError, Response

from .dispatch import body, refuse_method
from .paths import children, exists, is_folder, is_secret, place, shown, size_of, tag_of

RARE = True  # only while somebody administers the device

_PIECE = 256  # bytes that are sent at once: a heap in use for days has no larger holes
_SAFE_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    # A file that pretends to be a page runs no scripts with the rights of the device's own pages.
    ("Content-Security-Policy", "sandbox; default-src 'none'"),
)


def answer(admin, request, names):
    """GET, PUT, PATCH {"to": path}, DELETE of a file or folder; see README.md."""
    path = place(names)
    method = request.method
    if method in ("GET", "HEAD"):
        return _get(request, path, names)
    if method == "PUT":
        from .writing import make_folder, put

        if names[-1] == "":
            return make_folder(request, path)
        return put(admin, request, path)
    if method == "PATCH":
        from .moving import move

        return move(request, path, body(request, "to")["to"])
    if method == "DELETE":
        from .moving import delete

        return delete(request, path)
    return refuse_method("GET", "PUT", "PATCH", "DELETE")


def _get(request, path, names):
    if not exists(path):
        raise HttpError(404, {"error": "%s: there is no such file or folder" % shown(path)})
    query = request.query
    if is_folder(path):
        if "search" in query:
            from .searching import search

            return search(path, query["search"])
        return listing(path)
    if names[-1] == "":
        raise HttpError(404, {"error": "%s: is not a folder" % shown(path)})
    secret(path)
    if "sha256" in query:
        return {"path": shown(path), "size": size_of(path), "sha256": tag_of(path, None)}
    headers = list(_SAFE_HEADERS)
    name = path[path.rfind("/") + 1 :].replace('"', "_")
    headers.append(("Content-Disposition", 'attachment; filename="%s"' % name))
    tag = tag_of(path)
    if tag:
        headers.append(("ETag", tag))
        if request.header("if-none-match") == tag:
            return b"", 304, headers
    response = Response(pieces(path), 200, headers, "application/octet-stream")
    response.length = size_of(path)
    return response


def secret(path):
    """HttpError 403: nobody reads what the device keeps secret; its temporary copies neither."""
    if is_secret(path):
        raise HttpError(403, {"error": "secrets.json can be replaced, and not be read"})


def pieces(path):
    """The content of a file, piece by piece."""
    with open(path, "rb") as file:
        while True:
            piece = file.read(_PIECE)
            if not piece:
                return
            yield piece


def listing(path):
    """A folder: {"path", "free", "total", "entries": [{"name", "folder", "size", "time"}]}."""
    from plugins.http.connection import dumps

    yield Response(b"", 200, [("Cache-Control", "no-store")], "application/json")
    free = total = None
    try:
        found = os.statvfs(path)
        free, total = found[0] * found[3], found[1] * found[2]
    except (OSError, AttributeError):
        pass
    text = '{"path": %s, "free": %s, "total": %s, "entries": [' % (
        dumps(shown(path)),
        dumps(free),
        dumps(total),
    )
    for name in children(path):
        inside = path.rstrip("/") + "/" + name
        try:
            about = os.stat(inside)
        except OSError:  # gone meanwhile
            continue
        folder = bool(about[0] & 0x4000)
        entry = {"name": name, "folder": folder, "size": 0 if folder else about[6], "time": about[8]}
        yield text + dumps(entry)
        text = ", "
    yield "]}" if text == ", " else text + "]}"
