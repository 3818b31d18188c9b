"""Plugins: what is installed, what it needs, and whether it is started."""

from plugins.http import HttpError, Response
from plugins.http.connection import dumps

from .dispatch import body, not_saved, refuse_method

RARE = True  # only while somebody administers the device

_KEYS = ("name", "version", "description", "caption", "requires", "minimum", "module")


def answer(admin, request, names):
    """`/plugins`: GET the installed ones. `/plugins/<name>`: POST {"action": "enable" or "disable"}."""
    if not names or names == [""]:
        return _list(admin.kernel) if request.method in ("GET", "HEAD") else refuse_method("GET")
    if request.method != "POST" or len(names) > 1:
        return refuse_method("POST")
    action = body(request, "action")["action"]
    if action not in ("enable", "disable"):
        raise HttpError(400, {"error": "action: takes enable or disable"})
    return _switch(admin.kernel, names[0], action == "enable")


def _list(kernel):
    from modcore import plugins

    from .manifest import members

    yield Response(b"", 200, [("Cache-Control", "no-store")], "application/json")
    enabled = kernel.config.get("plugins", ())
    text = '{"installer": %s, "plugins": [' % ("true" if "plugins" in kernel.modules else "false")
    for name in plugins.names():
        found = dict.fromkeys(_KEYS)
        found["enabled"] = name in enabled
        try:
            for key, value in members(name, None, _KEYS):
                found[key] = value
            found["size"] = _size(plugins.place(name))
        except ValueError as error:
            found = {"name": name, "enabled": name in enabled, "error": str(error)}
        yield text + dumps(found)
        text = ", "
    yield "]}" if text == ", " else text + "]}"


def _size(folder):
    """The bytes of a folder's files."""
    import os

    total = 0
    for name in os.listdir(folder):
        about = os.stat(folder + "/" + name)
        total += _size(folder + "/" + name) if about[0] & 0x4000 else about[6]
    return total


def _switch(kernel, name, on):
    """Name a plugin in config.json, with what it requires before it, or take it out there."""
    from modcore import plugins

    have = plugins.names()
    if name not in have:
        raise HttpError(404, {"error": "no plugin " + name})
    old = list(kernel.config.get("plugins", ()))
    if on:
        kernel.config["plugins"] = _with(old, name)
    else:
        needing = [one for one in old if one != name and one in have and name in _read(one)["requires"]]
        if needing:
            raise HttpError(409, {"error": "%s needs it" % ", ".join(needing)})
        kernel.config["plugins"] = [one for one in old if one != name]
    try:
        kernel.save()
    except OSError as error:
        kernel.config["plugins"] = old
        raise not_saved(error)
    return {"name": name, "enabled": on, "restart": True, "plugins": kernel.config["plugins"]}


def _with(names, name):
    for need in _read(name)["requires"]:
        if need not in names and _read(need)["module"]:
            names = _with(names, need)
    return names if name in names else names + [name]


def _read(name):
    from .manifest import members

    found = {"requires": (), "module": None}
    for key, value in members(name, None, ("requires", "module")):
        found[key] = value
    return found
