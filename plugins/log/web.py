"""The log over the web: GET /log, and /log/file with /log/file/1 … for the files."""

from plugins.http import HttpError, Response

from .ring import Reader

RARE = True  # needed when somebody looks

_TEXT = "text/plain; charset=utf-8"
_LEVELS = ("debug", "info", "warning", "error", "critical")


def find(module, request):
    """The handler for a request below /log, or None.

    `GET /log?level=warning&module=mqtt&after=120` answers in plain text, oldest line first; the header
    `Log-Next` is the number to ask for `after` next time.
    """
    path = request.path.rstrip("/")
    if path == "/log":
        handler = lambda request: _lines(module.ring, request)  # noqa: E731
    elif path == "/log/file":
        handler = lambda request: _file(module, request, "")  # noqa: E731
    elif path.startswith("/log/file/"):
        handler = lambda request: _file(module, request, path[10:])  # noqa: E731
    else:
        return None
    if request.method not in ("GET", "HEAD"):
        return None
    admin = module.kernel.modules.get("admin")
    if admin:  # where there are administrators, the log is for them alone
        admin.check(request)
    return handler


def _lines(ring, request):
    query = request.query
    level = query.get("level", "debug")
    if level not in _LEVELS:
        raise HttpError(400, "level: takes one of " + ", ".join(_LEVELS))
    after = query.get("after", "0")
    if not after.isdigit():
        raise HttpError(400, "after: takes a number")
    least = _LEVELS.index(level)
    headers = {"Log-Next": str(ring.next), "Cache-Control": "no-store"}
    lines = _text(ring, int(after), ring.next, least, query.get("module"))
    for first in lines:
        return Response(_all(first, lines), headers=headers, type=_TEXT)
    return Response(b"", headers=headers, type=_TEXT)


def _all(first, lines):
    yield first
    yield from lines


def _text(ring, number, end, least, module):
    # The ring may be written to between two turns: the reader knows.
    reader = Reader(ring, number)
    while reader.number < end:
        record = reader.next()
        if record is None:
            break
        head = record.split(b" ", 3)
        if _LEVELS.index(head[1].decode()) >= least and (module is None or head[2].decode() == module + ":"):
            yield record + b"\n"


def _file(module, request, number):
    path = module.config["file"]
    if not path or number and not number.isdigit():
        raise HttpError(404)
    from plugins.http_files import send_file

    return send_file(request, path + ("." + number if number else ""), type=_TEXT)
