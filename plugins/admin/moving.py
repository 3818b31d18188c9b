"""Files and folders renamed, moved and deleted; what the device runs only after a second question."""

import os
import sys

from plugins.http import HttpError

from .paths import check_match, children, exists, is_folder, is_secret, root, shown, to_place
from .writing import parents, trouble

RARE = True  # only while somebody administers the device

_FOLDERS = ("/", "/lib/")  # where modules are imported from
_STARTS = ("/main.py", "/boot.py", "/config.json", "/secrets.json")


def move(request, path, to):
    """Rename or move. HttpError 404, 409: something is there, or it would go into itself."""
    target = to_place(to)
    if not exists(path) or path == root() + "/":
        raise HttpError(404, {"error": "%s: there is no such file or folder" % shown(path)})
    if exists(target):
        raise HttpError(409, {"error": "%s is there already" % shown(target)})
    if (target + "/").startswith(path.rstrip("/") + "/"):
        raise HttpError(409, {"error": "%s can't be put into itself" % shown(path)})
    if is_secret(path):
        raise HttpError(403, {"error": "secrets.json stays where it is: under another name it could be read"})
    _be_sure(request, path, "moved")
    try:
        parents(target)
        os.rename(path.rstrip("/"), target)
    except OSError as error:
        raise trouble(error, path)
    return {"path": shown(target)}


def delete(request, path):
    """Delete a file, or with `?recursive` a folder with all that is in it. HttpError 404, 409."""
    if not exists(path) or path.rstrip("/") == root():
        raise HttpError(404, {"error": "%s: there is no such file or folder" % shown(path)})
    check_match(request, path)
    folder = is_folder(path)
    if folder and children(path) and "recursive" not in request.query:
        raise HttpError(409, {"error": "%s is not empty" % shown(path), "recursive": True})
    _be_sure(request, path, "deleted")
    try:
        if folder:
            yield from _delete_tree(path.rstrip("/"))
        else:
            os.remove(path)
    except OSError as error:
        raise trouble(error, path)
    return None


def _delete_tree(path):
    for name in children(path):
        inside = path + "/" + name
        if is_folder(inside):
            yield from _delete_tree(inside)
        else:
            os.remove(inside)
            yield
    os.rmdir(path)


def _be_sure(request, path, done):
    """HttpError 409: the device runs it, and nobody has said `?sure`."""
    if "sure" not in request.query and runs(path):
        raise HttpError(
            409,
            {"error": "%s is what the device runs; without it, it may not start" % shown(path), "sure": True},
        )


def runs(path):
    """Tell whether a file, or something below a folder, is what the device starts or has loaded."""
    path = path.rstrip("/")
    below = path + "/"
    for name in _STARTS:
        if (root() + name + "/").startswith(below):
            return True
    plain = path[: path.rfind(".")] if path[-3:] == ".py" or path[-4:] == ".mpy" else path
    for folder in _FOLDERS:
        folder = root() + folder
        if folder.startswith(below):
            return True  # all that lies there
        name = plain[len(folder) :].replace("/", ".")
        if name[-9:] == ".__init__":
            name = name[:-9]
        if plain.startswith(folder) and name in sys.modules:  # of a folder, too
            return True
    return False
