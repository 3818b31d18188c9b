"""Paths of the file manager: from the address of a request to the device's file system, and nowhere else."""

import os
import sys

from plugins.http import HttpError

RARE = True  # only while somebody administers the device

_FOLDER = 0x4000
_TAGGED = 65536  # bytes; a larger file has no ETag, since making it reads the file


def root():
    """Return where the file manager's `/` is: a board's root, on a PC the folder that the program runs in."""
    return os.getcwd() if sys.platform in ("linux", "darwin", "win32") else ""


def place(names):
    """The path of the elements of an address. HttpError 400: one of them is none."""
    names = [name for name in names if name != ""]
    for name in names:
        if name in (".", "..") or min(name) < " " or "/" in name or "\\" in name:
            raise HttpError(400, {"error": "%r: is not the name of a file" % name})
    return root() + "/" + "/".join(names)


def to_place(path):
    """The path of what a JSON body says: "/lib/main.py". HttpError 400: it is none."""
    if not isinstance(path, str) or path[:1] != "/":
        raise HttpError(400, {"error": "takes a path that begins with /"})
    return place(path.split("/"))


def shown(path):
    """A path as people see it."""
    return path[len(root()) :] or "/"


def is_secret(path):
    """Tell whether a path is that of secrets.json or a copy that the device made, by whichever name FAT knows it."""
    name = path[path.rfind("/") + 1 :].lower().strip(". ")
    return name.startswith("secrets.json") or name.startswith("secret~")


def stat(path):
    """os.stat, or None when there is nothing."""
    try:
        return os.stat(path)
    except OSError:
        return None


def exists(path):
    """Tell whether there is something."""
    return stat(path) is not None


def is_folder(path):
    """Tell whether there is a folder."""
    found = stat(path)
    return found is not None and bool(found[0] & _FOLDER)


def size_of(path):
    """The bytes of a file."""
    return os.stat(path)[6]


def children(path):
    """The names in a folder, sorted."""
    return sorted(os.listdir(path))


def tag_of(path, most=_TAGGED):
    """The ETag of a file, made of its content (clocks of devices are often wrong), or None: it is too large for that.

    most: None gives the SHA-256 in hexadecimal, whatever the size.
    """
    from binascii import hexlify
    from hashlib import sha256

    if most is not None and size_of(path) > most:
        return None
    digest = sha256()
    with open(path, "rb") as file:
        while True:
            piece = file.read(256)
            if not piece:
                break
            digest.update(piece)
    text = str(hexlify(digest.digest()), "ascii")
    return text if most is None else '"%s"' % text[:24]


def check_match(request, path):
    """If-Match and If-None-Match of a write: RFC 9110 section 13.1. HttpError 412: the file changed meanwhile."""
    wanted = request.header("if-match")
    if wanted is not None:
        tag = tag_of(path) if exists(path) and not is_folder(path) else None
        if tag is None or wanted != "*" and tag not in [one.strip() for one in wanted.split(",")]:
            raise HttpError(412, {"error": "%s has changed meanwhile" % shown(path)})
    if request.header("if-none-match") == "*" and exists(path):
        raise HttpError(412, {"error": "%s is there already" % shown(path)})
