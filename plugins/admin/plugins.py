"""Plugins: what is installed, what it needs, and whether it is started."""

from plugins.http import HttpError, Response
from plugins.http.json_text import dumps

from .dispatch import body, refuse_method

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

    yield Response(b"", 200, [("Cache-Control", "no-store")], "application/json")
    enabled = kernel.config.get("plugins", ())
    text = '{"installer": %s, "plugins": [' % ("true" if "plugins" in kernel.modules else "false")
    for name in plugins.names():
        found = {"name": name, "enabled": name in enabled}
        try:
            manifest = plugins.manifest(name)
            for key in _KEYS:
                found[key] = manifest.get(key)
            found["size"] = _size(manifest["folder"])
        except ValueError as error:
            found["error"] = str(error)
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
        kernel.config["plugins"] = _with(plugins, old, name)
    else:
        needing = [
            one
            for one in old
            if one != name and one in have and name in plugins.manifest(one).get("requires", ())
        ]
        if needing:
            raise HttpError(409, {"error": "%s needs it" % ", ".join(needing)})
        kernel.config["plugins"] = [one for one in old if one != name]
    try:
        kernel.save()
    except OSError as error:
        kernel.config["plugins"] = old
        raise HttpError(507, {"error": "not saved: %s" % error})
    return {"name": name, "enabled": on, "restart": True, "plugins": kernel.config["plugins"]}


def _with(plugins, names, name):
    manifest = plugins.manifest(name)
    for need in manifest.get("requires", ()):
        if need not in names and plugins.manifest(need)["module"]:
            names = _with(plugins, names, need)
    return names if name in names else names + [name]
