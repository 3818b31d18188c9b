"""The log's last lines as JSON, for its page; what comes after them is on the stream of events, below $log."""

from plugins.http import HttpError, Response
from plugins.http.json_text import dumps

from .dispatch import refuse_method

RARE = True  # only while somebody administers the device


def answer(admin, request, names):
    """`/log`: GET {"lines": [[number, time, level, module, text], …]}, oldest first. HttpError 404: no plugin log."""
    if request.method not in ("GET", "HEAD"):
        return refuse_method("GET")
    log = admin.kernel.modules.get("log")
    if log is None or log.ring is None or names and names != [""]:
        raise HttpError(404, {"error": "the plugin log does not run"})
    return _lines(log.ring)


def _lines(ring):
    from plugins.log.ring import Reader

    yield Response(b"", 200, [("Cache-Control", "no-store")], "application/json")
    reader = Reader(ring)
    end = ring.next
    text = '{"lines": ['
    while reader.number < end:
        number = reader.number
        record = reader.next()
        if record is None:
            break
        try:
            parts = str(record, "utf-8").split(" ", 3)
        except ValueError:  # cut in a character
            continue
        if len(parts) == 4:
            yield text + dumps([number, parts[0], parts[1], parts[2].rstrip(":"), parts[3]])
            text = ", "
    yield "]}" if text == ", " else text + "]}"
