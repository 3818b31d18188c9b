"""Restore: a backup is read into a folder of its own, checked, and put in its place only when all of it is right.

A journal names the files before the first of them moves: after a power cut the device has all the old or all the new
ones.
"""

from modcore.journal import FOLDER, Journal
from modcore.json_files import save
from plugins.http import HttpError

from .backup import SEALED
from .blocks import Blocks
from .paths import exists, is_secret, root
from .writing import parents, trouble

RARE = True  # only while somebody administers the device

_BLOCK = 512
_NEW = FOLDER + "/new/"
_MOST_SEALED = 8192


def restore(admin, request):
    """Read the tar file of a request; a generator. HttpError 400: broken, or the device would not start with it."""
    journal = Journal(root())
    if exists(journal.folder):
        raise HttpError(409, {"error": "something is being installed or restored; try again later"})
    stage = journal.path(_NEW[:-1])
    password = request.header("backup-password")
    try:
        parents(stage + "/")  # at once: from here on nobody else begins
        box, names = yield from _unpack(request, stage)
        secrets = None
        if box is not None and password:
            secrets = yield from _opened(box, password)
        _check(stage, names)
        moves = [[_NEW + name, name, None] for name in names]
        if secrets is not None:
            save(stage + "/secrets.json", secrets)
            moves.append([_NEW + "secrets.json", "secrets.json", None])
        journal.exchange(moves, {})
        if secrets is not None:
            admin.kernel.secrets = secrets
    except OSError as error:
        raise trouble(error, "backup")
    finally:
        # What is under way, and named by the journal, is finished by the next start.
        if (
            journal.data is None
            or journal.data["state"] == "trial"
            or not exists(journal.folder + "/journal")
        ):
            journal.accept()
    admin.log.warning("restored %d files from a backup" % len(names))
    return {"files": names, "secrets": secrets is not None, "sealed": box is not None, "restart": True}


def _unpack(request, stage):
    """(content of the sealed secrets or None, names of the files) of the tar file, which are in the stage then."""
    reader = Blocks(request)
    box = None
    names = []
    while True:
        head = yield from reader.take(_BLOCK)
        if len(head) < _BLOCK:
            raise HttpError(400, {"error": "this is not a backup, or it is cut short"})
        if not any(head):
            break
        name, size = _read_header(head)
        if name == SEALED:
            if size > _MOST_SEALED:
                raise HttpError(400, {"error": "this is not a backup: its secrets are too large"})
            box = yield from reader.take(size)
        else:
            parents(stage + "/" + name)
            with open(stage + "/" + name, "wb") as file:
                left = size
                while left > 0:
                    piece = yield from reader.take(min(1024, left))
                    if not piece:
                        raise HttpError(400, {"error": "the backup is cut short in " + name})
                    left -= len(piece)
                    file.write(piece)
            names.append(name)
        yield from reader.take(-size % _BLOCK)
    while (yield from reader.take(1024)):
        pass
    return box, names


def _read_header(head):
    want = head[148:156]
    total = sum(head) - sum(want) + 8 * 32
    try:
        if int(want.rstrip(b"\0 "), 8) != total or head[257:262] != b"ustar":
            raise ValueError
        name = str(head[:100].rstrip(b"\0"), "utf-8")
        size = int(head[124:136].rstrip(b"\0 "), 8)
    except ValueError:
        raise HttpError(400, {"error": "this is not a backup of a device"})
    parts = name.split("/")
    if (
        head[156] not in (0, 48)
        or "" in parts
        or "." in parts
        or ".." in parts
        or "\\" in name
        or min(name) < " "
    ):
        raise HttpError(400, {"error": "the backup holds %r, which can't be restored" % name})
    if name != SEALED and (parts[0][:1] == "." or is_secret(name)):
        raise HttpError(400, {"error": "the backup holds %r, which can't be restored" % name})
    return name, size


def _check(stage, names):
    """HttpError 400: what the device would start with is not there, or is broken."""
    from modcore.json_strict import loads

    if "config.json" not in names:
        raise HttpError(400, {"error": "the backup has no config.json"})
    with open(stage + "/config.json", "rb") as file:
        try:
            config = loads(file.read(), 32, True)
        except (ValueError, OverflowError) as error:
            raise HttpError(400, {"error": "config.json of the backup: %s" % error})
    if not isinstance(config, dict):
        raise HttpError(400, {"error": "config.json of the backup: takes an object"})


def _opened(box, password):
    from json import loads

    from plugins.http.decoding import unquote

    from .seal import opened

    clear = yield from opened(box, unquote(password.encode()))
    if clear is None:
        raise HttpError(403, {"error": "the password is not that of the backup"})
    return loads(clear)
