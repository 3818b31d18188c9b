"""Modules: what state they are in, and why; started, stopped, restarted."""

from modcore import Refused
from plugins.http import HttpError, Response
from plugins.http.connection import dumps

from .dispatch import body, refuse_method

RARE = True  # only while somebody administers the device

_ACTIONS = ("start", "stop", "restart", "do")


def answer(admin, request, names):
    """`/modules`: GET the list. `/modules/<id>`: GET one with its last traceback, POST {"action": "restart"}."""
    kernel = admin.kernel
    if not names or names == [""]:
        return _list(kernel) if request.method in ("GET", "HEAD") else refuse_method("GET")
    module = kernel.modules.get(names[0])
    if module is None or len(names) > 1:
        raise HttpError(404, {"error": "no module " + names[0]})
    if request.method in ("GET", "HEAD"):
        found = entry(kernel, module)
        found["traceback"] = _traceback(kernel, module.id)
        return found
    if request.method != "POST":
        return refuse_method("GET", "POST")
    given = body(request, "action")
    action = given["action"]
    if action not in _ACTIONS:
        raise HttpError(400, {"error": "action: takes one of " + ", ".join(_ACTIONS)})
    if action == "do":
        return _command(kernel, module, given)
    return _act(admin, request, module, action)


def entry(kernel, module):
    """Return what is shown of a module."""
    bus = kernel.bus
    failures = module._failures
    found = {
        "id": module.id,
        "state": module.state,
        "error": bus.get("$error/" + module.id),
        "failures": failures[1] if failures else 0,
        "section": module.section or module.id,
        "properties": len(module.properties),
        "bytes": kernel.took and kernel.took.get(module.id),
    }
    return found


def _list(kernel):
    """All modules, piece by piece; then what could not be started, and the sections that nobody reads."""
    yield Response(b"", 200, [("Cache-Control", "no-store")], "application/json")
    text = '{"modules": ['
    for id in list(kernel.modules):
        module = kernel.modules.get(id)
        if module is not None:
            yield text + dumps(entry(kernel, module))
            text = ", "
    missing = {}
    wanted = list(kernel.config.get("plugins", ()))
    modules = kernel.config.get("modules", ())
    wanted += list(modules) if isinstance(modules, (dict, list)) else []
    for name in wanted:
        error = kernel.bus.get("$error/" + str(name)) if name not in kernel.modules else None
        if error:
            missing[name] = error
    yield '%s], "missing": %s, "unread": %s}' % (
        "" if text == ", " else text,
        dumps(missing),
        dumps(list(kernel.bus.get("$unread") or ())),
    )


def _traceback(kernel, id):
    """The last traceback that the log has of a module, or None."""
    log = kernel.modules.get("log")
    if log is None or log.ring is None:
        return None
    from plugins.log.ring import Reader

    found = None
    reader = Reader(log.ring)
    wanted = " " + id + ": "
    while True:
        record = reader.next()
        if record is None:
            return found
        if b"Traceback" in record:
            text = str(record, "utf-8")
            if wanted in text[: text.find("Traceback")]:
                found = text[text.find("Traceback") :]


def _act(admin, request, module, action):
    kernel = admin.kernel
    if module is admin or getattr(module, "site", None) is request.site:
        if action == "stop":
            raise HttpError(409, {"error": "%s answers this page: it can be restarted only" % module.id})
        admin.later(_restart, kernel, module)
        return {"id": module.id, "state": module.state, "later": True}, 202
    _do(kernel, module, action)
    return entry(kernel, module)


def _command(kernel, module, given):
    # A command of the module, whatever its `allow` says: {"action": "do", "command": "zone", "value": "JST-9"}.
    if module.state != "RUNNING" or "allow" not in module.defaults or not hasattr(module, "do"):
        raise HttpError(400, {"error": "%s takes no commands now" % module.id})
    try:
        module.do(given.get("command"), given.get("value"))
    except Refused as error:
        raise HttpError(507 if "not saved" in str(error) else 400, {"error": str(error)})
    return entry(kernel, module)


def _do(kernel, module, action):
    if action == "start":
        kernel.move(module, "RUNNING")
    elif action == "stop":
        kernel.move(module, "STOPPED")
    else:
        _restart(kernel, module)


def _restart(kernel, module):
    kernel.reconfigure(module.id)
