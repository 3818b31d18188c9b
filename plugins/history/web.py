"""History over HTTP: the list, the rows of one property as JSON or CSV, and what is kept switched on and off."""

from plugins.http import HttpError, Response
from plugins.http.connection import dumps

RARE = True  # only while somebody looks


def answer(history, request):
    """`/api/history`: GET the list. `/api/history/<module>/<property>?hours&csv`: GET rows, PUT true or false."""
    names = [name for name in request.split()[3:] if name]
    reads = request.method in ("GET", "HEAD")
    if not names and reads:
        return _list(history)
    topic = "/".join(names)
    if not names:
        raise HttpError(405, "", [("Allow", "GET, HEAD")])
    if len(names) != 2:
        raise HttpError(404, {"error": "no such page"})
    if request.method == "PUT":
        return _switch(history, request, topic)
    if not reads:
        raise HttpError(405, "", [("Allow", "GET, HEAD, PUT")])
    series = history.series.get(topic)
    if series is None:
        raise HttpError(404, {"error": "no history of %s is kept" % topic})
    query = request.query
    if "csv" in query:
        return _csv(history, series, "hours" in query)
    return _rows(history, series, "hours" in query)


def _list(history):
    return {
        "now": history.now_s(),
        "minutes": history.config["minutes"],
        "hours": history.config["hours"],
        "series": [{"topic": topic} for topic in sorted(history.series)],
    }


def _rows(history, series, hours):
    """{"topic", "now", "start", "step", "rows": [[mean, least, most] or null, …]}, piece by piece."""
    yield Response(b"", 200, [("Cache-Control", "no-store")], "application/json")
    step = 3600 if hours else 60
    start = series.span(hours)[0] * step
    text = '{"topic": %s, "now": %d, "start": %d, "step": %d, "rows": [' % (
        dumps(series.topic),
        history.now_s(),
        start,
        step,
    )
    comma = ""
    for row in series.rows(hours):
        text += comma + ("[%.6g,%.6g,%.6g]" % (row[1], row[0], row[2]) if row else "null")
        comma = ","
        if len(text) > 400:
            yield text
            text = ""
    yield text + "]}"


def _csv(history, series, hours):
    name = series.topic.replace("/", "-")
    headers = [("Cache-Control", "no-store"), ("Content-Disposition", 'attachment; filename="%s.csv"' % name)]
    yield Response(b"", 200, headers, "text/csv; charset=utf-8")
    step = 3600 if hours else 60
    at = series.span(hours)[0] * step
    text = "time,mean,least,most\r\n"
    for row in series.rows(hours):
        if row:
            text += "%s,%.6g,%.6g,%.6g\r\n" % (_stamp(at), row[1], row[0], row[2])
        at += step
        if len(text) > 400:
            yield text
            text = ""
    yield text


def _stamp(seconds):
    """ISO 8601, UTC."""
    import time

    from .module import EPOCH_S

    return "%04d-%02d-%02dT%02d:%02d:%02dZ" % tuple(time.gmtime(seconds - EPOCH_S)[:6])


def _switch(history, request, topic):
    admin = history.kernel.modules.get("admin")
    if admin is None:
        raise HttpError(
            403, {"error": "takes the plugin admin; else name it under history.topics in config.json"}
        )
    admin.check(request)
    on = request.json
    if not isinstance(on, bool):
        raise HttpError(400, {"error": "takes true or false"})
    id, name = topic.split("/")
    module = history.kernel.modules.get(id)
    if module is None or name not in module.properties:
        raise HttpError(404, {"error": "no property " + topic})
    section = history.kernel.config.setdefault("history", {})
    old = dict(section)
    topics = [one for one in section.get("topics", ()) if one != topic]
    refused = [one for one in section.get("not", ()) if one != topic]
    by_itself = module.properties[name].meta.get("history")
    if on and not by_itself:
        topics.append(topic)
    if not on and by_itself:
        refused.append(topic)
    section["topics"], section["not"] = topics, refused
    try:
        history.kernel.save()
    except OSError as error:
        history.kernel.config["history"] = old
        raise HttpError(507, {"error": "not saved: %s" % error})
    history.config["topics"], history.config["not"] = topics, refused
    from .choosing import forget, keep

    if on:
        keep(history, topic)
    else:
        forget(history, topic)
    return {"topic": topic, "kept": on}
