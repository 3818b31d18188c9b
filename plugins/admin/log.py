"""The last lines of the log as JSON, and its levels; what comes after them is on the stream of events, below $log."""

from plugins.http import HttpError, Response
from plugins.http.connection import dumps

from .dispatch import body, not_saved, refuse_method

RARE = True  # only while somebody administers the device


def answer(admin, request, names):
    """`/log`: GET {"lines": [[number, time, level, module, text], …]}, oldest first. HttpError 404: no plugin log.

    `/log/levels`: GET {"level", "levels": {module: level}}, PUT {"module": "" for all, "level"}; null: as all others.
    """
    kernel = admin.kernel
    if names[:1] == ["levels"] and len(names) == 1:
        if request.method == "PUT":
            return _set_level(admin, body(request, "module", "level"))
        return _levels(kernel) if request.method in ("GET", "HEAD") else refuse_method("GET", "PUT")
    if request.method not in ("GET", "HEAD"):
        return refuse_method("GET")
    log = kernel.modules.get("log")
    if log is None or log.ring is None or names and names != [""]:
        raise HttpError(404, {"error": "the plugin log does not run"})
    return _lines(log.ring)


def _levels(kernel):
    section = kernel.config.get("log", {})
    return {"level": section.get("level", "info"), "levels": section.get("levels", {})}


def _set_level(admin, given):
    kernel = admin.kernel
    id, level = given["module"], given["level"]
    if id and id not in kernel.modules:
        raise HttpError(404, {"error": "no module %s" % id})
    try:
        if level is None and id:
            kernel.config.get("log", {}).get("levels", {}).pop(id, None)
            level = kernel.config.get("log", {}).get("level", "info")
            kernel.set_log_level(level)  # what is worked out of them is worked out anew
        else:
            kernel.set_log_level(level, id)
        kernel.save()
    except (ValueError, TypeError, AttributeError) as error:
        raise HttpError(400, {"error": str(error)})
    except OSError as error:
        raise not_saved(error)
    return _levels(kernel)


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
