"""Settings: the sections of config.json as forms."""

from plugins.http import HttpError, Response
from plugins.http.connection import dumps

from .dispatch import body, refuse_method
from .sections import fields, names, owner, values

RARE = True  # only while somebody administers the device

# Keys whose values are never shown, wherever they stand.
_SECRET = ("password", "passwords", "secret", "token", "tokens", "users", "key_password", "psk")


def answer(admin, request, path):
    """`/settings`: GET the sections. `/settings/<section>`: GET its form, PUT values, POST {"action": "undo"}."""
    kernel = admin.kernel
    if not path or path == [""]:
        if request.method not in ("GET", "HEAD"):
            return refuse_method("GET")
        return {"sections": names(kernel)}
    section = path[0]
    if len(path) > 1 or section not in names(kernel):
        raise HttpError(404, {"error": "no section " + section})
    if request.method in ("GET", "HEAD"):
        return form(admin, section)
    if request.method == "PUT":
        from .saving import change

        return change(admin, section, body(request))
    if request.method == "POST":
        from .saving import undo

        return undo(admin, section)
    return refuse_method("GET", "PUT", "POST")


def form(admin, section):
    """Yield a form, field by field.

    {"fields": [{"key", "type", "default", "meaning", "value" or "secret", "set"}], "unknown", "undo", "state", …}
    """
    yield Response(b"", 200, [("Cache-Control", "no-store")], "application/json")
    kernel = admin.kernel
    config = values(kernel, section)
    secrets = kernel.secrets.get(section, {}) if section != "device" else {}
    known = []
    text = '{"section": %s, "fields": [' % dumps(section)
    for field in fields(kernel, section):
        known.append(field[0])
        yield text + dumps(_shown(field, config, secrets))
        text = ", "
    module = owner(kernel, section)
    rest = {
        "unknown": sorted([key for key in config if key not in known]),
        "undo": section in admin.undo,
        "state": module.state if module else None,
        "error": kernel.bus.get("$error/" + module.id) if module else None,
    }
    yield ("" if text == ", " else text) + "], " + dumps(rest)[1:]


def _shown(field, config, secrets):
    key, types, default, meaning, more = field
    found = {"key": key, "type": types, "default": default, "meaning": meaning}
    if more:
        found.update(more)
    if (
        found.get("secret")
        or key in _SECRET
        or key in secrets
        or key[-9:] == "_password"
        or key[-6:] == "_token"
    ):
        found["secret"] = True
        found["set"] = bool(secrets.get(key) or config.get(key))
        if isinstance(secrets.get(key), dict):
            found["names"] = sorted(secrets[key])
    else:
        found["set"] = key in config
        found["value"] = config.get(key, default)
    return found
