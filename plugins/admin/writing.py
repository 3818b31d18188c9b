"""Files written from the web: aside first, checked, then renamed, so that a power cut leaves the old or the new one."""

import os
from binascii import hexlify

from plugins.http import HttpError

from .paths import check_match, exists, is_folder, shown, size_of, tag_of

RARE = True  # only while somebody administers the device

_PIECE = 1024
_CHECKED = 32768  # bytes of source that are checked for syntax: it has to be in memory for that
_ENOSPC = 28


def put(admin, request, path):
    """Write a file from the body of a request; a generator. HttpError 409, 412, 422, 507."""
    if is_folder(path):
        raise HttpError(409, {"error": "%s is a folder" % shown(path)})
    check_match(request, path)
    fresh = not exists(path)
    # A name of its own: another window may be writing the same file.
    temporary = "%s.%s.part" % (path, str(hexlify(os.urandom(4)), "ascii"))
    try:
        parents(path)
        with open(temporary, "wb") as file:
            while True:
                piece = yield from request.read(_PIECE)
                if not piece:
                    break
                file.write(piece)
        if "force" not in request.query:
            check(temporary, path)
        check_match(request, path)  # it may have taken a while
        replace(temporary, path)
    except OSError as error:
        raise trouble(error, path)
    finally:
        # Given up half way, too: the client has gone.
        if exists(temporary):
            os.remove(temporary)
    admin.log.info("file written:", shown(path))
    found = {"path": shown(path), "size": size_of(path)}
    tag = tag_of(path)
    return found, 201 if fresh else 200, [("ETag", tag)] if tag else []


def trouble(error, path):
    """The HttpError of an OSError."""
    if error.args and error.args[0] == _ENOSPC:
        return HttpError(507, {"error": "%s: there is no room left" % shown(path)})
    return HttpError(409, {"error": "%s: %s" % (shown(path), error)})


def parents(path):
    """Make the folders above a path."""
    at = path.find("/", 1)
    while at > 0:
        if not exists(path[:at]):
            os.mkdir(path[:at])
        at = path.find("/", at + 1)


def replace(temporary, path):
    """Put a whole file in the place of another."""
    if hasattr(os, "sync"):
        os.sync()
    try:
        os.rename(temporary, path)
    except OSError:
        os.remove(path)  # FAT does not rename over a file
        os.rename(temporary, path)


def make_folder(request, path):
    """Make a folder with those above it."""
    if exists(path):
        if is_folder(path):
            return {"path": shown(path)}
        raise HttpError(409, {"error": "%s is a file" % shown(path)})
    try:
        parents(path.rstrip("/") + "/")
    except OSError as error:
        raise trouble(error, path)
    return {"path": shown(path)}, 201


def check(temporary, path):
    """Read Python and JSON as the device does. HttpError 422: it can't, and in which line."""
    name = path[path.rfind("/") + 1 :].lower()
    if size_of(temporary) > _CHECKED:
        return
    if name.endswith(".py"):
        with open(temporary) as file:
            try:
                compile(file.read(), name, "exec")
            except SyntaxError as error:
                line = _line(error, name)
                where = "%s, line %d" % (name, line) if line else name
                raise HttpError(422, {"error": "%s: %s" % (where, _reason(error)), "line": line})
            except MemoryError:
                pass  # the device has no room for the check: it says so when it runs it
    elif name.endswith(".json"):
        from modcore.json_strict import loads

        with open(temporary, "rb") as file:
            try:
                loads(file.read(), 32, True)
            except (ValueError, OverflowError) as error:
                raise HttpError(422, {"error": "%s: %s" % (name, error), "line": None})


def _reason(error):
    return getattr(error, "msg", None) or str(error) or "invalid syntax"


def _line(error, name):
    """The line of a SyntaxError, or None."""
    line = getattr(error, "lineno", None)
    if line:
        return line
    try:
        import io
        from sys import print_exception
    except ImportError:
        return None
    out = io.StringIO()
    print_exception(error, out)
    for text in out.getvalue().split("\n"):
        at = text.find('"%s", line ' % name)
        if at >= 0:
            digits = ""
            for character in text[at + len(name) + 9 :]:
                if not character.isdigit():
                    break
                digits += character
            if digits:
                return int(digits)
    return None
