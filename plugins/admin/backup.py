"""Backup: configuration and program as one tar file (POSIX.1-1988 ustar); secrets only sealed by a password."""

import os

from plugins.http import HttpError, Response

from .dispatch import refuse_method
from .paths import children, exists, is_folder, is_secret, root, shown, size_of

RARE = True  # only while somebody administers the device

_BLOCK = 512
_PIECE = 256  # bytes that are sent at once: a heap in use for days has no larger holes
_SKIPPED = ("lib", "rom", "sd", "__pycache__")  # what an installation brings back, and other storage
_ENDINGS = (".part", ".tmp", ".bad")
SEALED = "secrets.json.sealed"


def answer(admin, request, names):
    """GET the tar file without secrets; POST {"password"} with them, sealed; PUT restores one."""
    if request.method in ("GET", "HEAD"):
        return _response(admin, _tar(admin, None))
    if request.method == "POST":
        return _sealed(admin, request)
    if request.method == "PUT":
        from .restore import restore

        return restore(admin, request)
    return refuse_method("GET", "POST", "PUT")


def _response(admin, content):
    headers = [
        ("Cache-Control", "no-store"),
        ("Content-Disposition", 'attachment; filename="%s.tar"' % _plain(admin.kernel.name)),
    ]
    return Response(content, 200, headers, "application/x-tar")


def _plain(name):
    return "".join([c if c.isalpha() or c.isdigit() or c in "-_" else "_" for c in name]) or "device"


def _sealed(admin, request):
    from .dispatch import body
    from .seal import seal

    password = body(request, "password")["password"]
    if not isinstance(password, str) or len(password) < 8:
        raise HttpError(400, {"error": "password: takes at least 8 characters"})
    from json import dumps

    box = yield from seal(dumps(admin.kernel.secrets).encode(), password)
    yield _response(admin, b"")
    yield from _tar(admin, box)


def _tar(admin, box):
    """The tar file, piece by piece."""
    for path in _files(root()):
        size = size_of(path)
        yield from header(shown(path)[1:], size, os.stat(path)[8])
        left = size
        with open(path, "rb") as file:
            while left > 0:
                piece = file.read(min(_PIECE, left))
                if not piece:  # shorter than a moment ago
                    piece = bytes(min(_PIECE, left))
                left -= len(piece)
                yield piece
        yield from _zeros(-size % _BLOCK)
    if box:
        yield from header(SEALED, len(box), 0)
        yield box
        yield from _zeros(-len(box) % _BLOCK)
    yield from _zeros(2 * _BLOCK)


def _zeros(count):
    for done in range(0, count, _PIECE):
        yield bytes(min(_PIECE, count - done))


def _files(folder):
    for name in children(folder or "/"):
        path = folder + "/" + name
        if name[:1] == "." or is_secret(name) or any([name.endswith(ending) for ending in _ENDINGS]):
            continue
        if is_folder(path):
            if folder != root() or name not in _SKIPPED:
                yield from _files(path)
        elif exists(path) and len(shown(path)) <= 100:
            yield path


def header(name, size, time):
    """The block before a file; a generator."""
    data = bytearray(_BLOCK // 2)  # there is nothing in the other half but one word
    name = name.encode()
    data[: len(name)] = name
    data[100:107] = b"0000644"
    data[108:115] = data[116:123] = b"0000000"
    data[124:135] = b"%011o" % size
    data[136:147] = b"%011o" % max(0, time)
    data[148:156] = b"        "
    data[156] = 48  # "0": a file
    rest = bytearray(_BLOCK // 2)
    rest[1:9] = b"ustar\x0000"
    data[148:155] = b"%06o\0" % (sum(data) + sum(rest))
    yield data
    yield rest
