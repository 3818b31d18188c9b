"""Settings: the sections of config.json as forms, checked here, saved whole, undone when a module fails with them."""

from modcore.config import check
from plugins.http import HttpError

from .dispatch import body, refuse_method

RARE = True  # only while somebody administers the device

# Keys whose values are never shown, wherever they stand.
_SECRET = ("password", "passwords", "secret", "token", "tokens", "users", "key_password", "psk")
_TOP = {
    "name": ["string", "modcore", "the device's name, also in the network"],
    "plugins": ["list", [], "plugins to start, in this order"],
    "modules": ["list object", [], "the program's own modules, as paths, or ids with paths"],
    "queue": ["integer", 32, "events that may wait on the bus"],
}
_ACCOUNTS = ("users", "tokens")
_SERVERS = ("http_async", "http_windup")


def answer(admin, request, names):
    """`/settings`: GET the sections. `/settings/<section>`: GET its form, PUT values, POST {"action": "undo"}."""
    kernel = admin.kernel
    if not names or names == [""]:
        if request.method not in ("GET", "HEAD"):
            return refuse_method("GET")
        return {"sections": sections(kernel)}
    section = names[0]
    if len(names) > 1 or section not in sections(kernel):
        raise HttpError(404, {"error": "no section " + section})
    if request.method in ("GET", "HEAD"):
        return form(admin, section)
    if request.method == "PUT":
        return change(admin, section, body(request))
    if request.method == "POST":
        if section not in admin.undo:
            raise HttpError(409, {"error": "there is nothing to undo"})
        config, secrets = admin.undo.pop(section)
        return _put(admin, section, config, secrets, False)
    return refuse_method("GET", "PUT", "POST")


def sections(kernel):
    """The names of all sections: the device's own, one a module, and those that several share."""
    found = ["device"]
    for module in kernel.modules.values():
        name = module.section or module.id
        if name not in found and (module.defaults or name in kernel.config):
            found.append(name)
    if any([id in kernel.modules for id in _SERVERS]):
        found.append("http")
    return found + sorted(
        [key for key in kernel.config if key not in found and isinstance(kernel.config[key], dict)]
    )


def form(admin, section):
    """Return what a form needs: {"fields": [{"key", "type", "default", "meaning", "value" or "secret", "set"}], …}."""
    kernel = admin.kernel
    config = _config(kernel, section)
    secrets = kernel.secrets.get(section, {}) if section != "device" else {}
    fields = []
    schema = _schema(kernel, section)
    for key in _order(kernel, section, schema):
        about = schema[key]
        field = {"key": key, "type": about[0], "default": about[1], "meaning": about[2]}
        if len(about) > 3 and about[3]:
            field.update(about[3])
        if _is_secret(key, secrets):
            field["secret"] = True
            field["set"] = bool(secrets.get(key) or config.get(key))
            if isinstance(secrets.get(key), dict):
                field["names"] = sorted(secrets[key])
        else:
            field["set"] = key in config
            field["value"] = config.get(key, about[1])
        fields.append(field)
    unknown = sorted([key for key in config if key not in schema])
    module = _module(kernel, section)
    return {
        "section": section,
        "fields": fields,
        "unknown": unknown,
        "undo": section in admin.undo,
        "state": module.state if module else None,
        "error": kernel.bus.get("$error/" + module.id) if module else None,
    }


def _is_secret(key, secrets):
    return key in _SECRET or key in secrets or key[-9:] == "_password" or key[-6:] == "_token"


def _config(kernel, section):
    if section == "device":
        return {key: kernel.config[key] for key in _TOP if key in kernel.config}
    return kernel.config.get(section, {})


def _module(kernel, section):
    for module in kernel.modules.values():
        if module.section or module.id == section:
            return module
    if section == "http":
        for id in _SERVERS:
            if id in kernel.modules:
                return kernel.modules[id]
    return None


def _schema(kernel, section):
    """{key: [type, default, meaning, more]} of a section, as the plugin's manifest has it, else as the class has it."""
    if section == "device":
        return _TOP
    module = _module(kernel, section)
    for name in (section, "http_api" if section == "http" else None, _plugin(module)):
        if name:
            from modcore import plugins

            try:
                found = plugins.manifest(name).get("config")
            except ValueError:
                continue
            if found:
                # Users and tokens have a page of their own.
                return {
                    key: _described(found[key]) for key in found if section != "http" or key not in _ACCOUNTS
                }
    defaults = module.defaults if module else {}
    found = {}
    for key in sorted(set(defaults) | set(kernel.config.get(section, {}))):
        default = defaults.get(key)
        value = default if default is not None else kernel.config.get(section, {}).get(key)
        found[key] = [_type(value), default, ""]
    return found


def _order(kernel, section, schema):
    """The keys as the manifest's author put them: a dict of MicroPython forgets the order."""
    if schema is _TOP:
        return ("name", "plugins", "modules", "queue")
    module = _module(kernel, section)
    from modcore import plugins

    for name in (section, "http_api", _plugin(module)):
        text = dict(plugins.frozen()).get(name)
        try:
            if text is None:
                with open(plugins.manifest(name)["folder"] + "/plugin.json") as file:
                    text = file.read()
        except (ValueError, OSError, TypeError, AttributeError):
            continue
        places = {key: text.find('"%s": {"type"' % key) for key in schema}
        if min(places.values()) >= 0:
            return sorted(schema, key=lambda key: places[key])
    return sorted(schema)


def _plugin(module):
    name = type(module).__module__ if module and hasattr(type(module), "__module__") else ""
    parts = name.split(".")
    return parts[1] if parts[0] == "plugins" and len(parts) > 1 else None


def _described(about):
    types = about.get("type", "string")
    types = " ".join(types) if isinstance(types, list) else types
    more = {key: about[key] for key in about if key not in ("type", "default", "meaning")}
    return [types, about.get("default"), about.get("meaning", ""), more]


def _type(value):
    for kind, name in (
        (bool, "boolean"),
        (int, "number"),
        (float, "number"),
        (str, "string"),
        (list, "list"),
    ):
        if isinstance(value, kind):
            return name
    return "object"


def change(admin, section, given):
    """Check and keep what a form sends: {"values": {key: value or null}, "secrets": {key: value or null}}.

    null puts a key back to its default; a secret object is merged, null in it forgets one name.
    """
    kernel = admin.kernel
    values = given.get("values", {})
    hidden = given.get("secrets", {})
    if not isinstance(values, dict) or not isinstance(hidden, dict):
        raise HttpError(400, {"error": "takes values and secrets as objects"})
    schema = _schema(kernel, section)
    module = _module(kernel, section)
    errors = {}
    for key in list(values) + list(hidden):
        value = values.get(key, hidden.get(key))
        reason = _wrong(section, module, schema, key, value)
        if reason:
            errors[key] = reason
    if errors:
        raise HttpError(422, {"error": "; ".join([errors[key] for key in sorted(errors)]), "fields": errors})
    config = dict(_config(kernel, section))
    secrets = dict(kernel.secrets.get(section, {})) if section != "device" else {}
    for key in values:
        config.pop(key, None)
        if values[key] is not None:
            config[key] = values[key]
    for key in hidden:
        value = hidden[key]
        if isinstance(value, dict):
            merged = dict(secrets.get(key) or {})
            for name in value:
                merged.pop(name, None)
                if value[name] is not None:
                    merged[name] = value[name]
            value = merged
        secrets.pop(key, None)
        if value not in (None, ""):
            secrets[key] = value
            config.pop(key, None)
    return _put(admin, section, config, secrets, True)


def _wrong(section, module, schema, key, value):
    """Say why a key can't have a value, or None."""
    if key not in schema:
        return "%s: there is no such setting" % key
    if value is None:
        return None
    kind, default, _, more = (schema[key] + [None])[:4]
    if section == "device" and key == "name":
        if not isinstance(value, str) or not 1 <= len(value) <= 32 or any([c in value for c in "/+#"]):
            return "name: takes 1 to 32 characters, without / + #"
    if not any([_fits(value, one) for one in kind.split()]):
        return "%s: takes %s" % (key, _WORDS.get(kind, kind))
    defaults = module.defaults if module else {}
    if section != "device" and key in defaults:
        try:
            check(section, {key: defaults[key]}, {key: value})
        except ValueError as error:
            return str(error).replace("config: %s: " % section, "")
    more = more or {}
    if "min" in more and not isinstance(value, (str, list, dict)) and value < more["min"]:
        return "%s: takes %s or more" % (key, more["min"])
    if "max" in more and not isinstance(value, (str, list, dict)) and value > more["max"]:
        return "%s: takes %s or less" % (key, more["max"])
    if "options" in more and value not in more["options"]:
        return "%s: takes one of %s" % (key, ", ".join([str(one) for one in more["options"]]))
    return None


_WORDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "list": "a list",
    "object": "an object",
    "list object": "a list or an object",
}


def _fits(value, kind):
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "string":
        return isinstance(value, str)
    return isinstance(value, list if kind in ("list", "array") else dict)


def _put(admin, section, config, secrets, undoable):
    """Write both files, secrets first, and have the module run with it. HttpError 507: not saved, all as it was."""
    from modcore.json_files import save

    from .accounts import path

    kernel = admin.kernel
    old = (dict(_config(kernel, section)), dict(kernel.secrets.get(section, {})))
    _set(kernel, section, config, secrets)
    try:
        if section != "device" and secrets != old[1]:
            save(path(kernel), kernel.secrets)
        save(kernel.path, kernel.config)
    except OSError as error:
        _set(kernel, section, old[0], old[1])
        raise HttpError(507, {"error": "not saved: %s" % error})
    if undoable:
        admin.undo[section] = old
    module = _module(kernel, section)
    if section == "device":
        kernel.name = config.get("name", "modcore")
        return {"section": section, "restart": True, "undo": section in admin.undo}
    if module is None:
        return {"section": section, "undo": section in admin.undo}
    if module is admin or module.id in _SERVERS or module.id in ("wlan", "softap"):
        # The answer has to leave before the link drops.
        admin.later(kernel.reconfigure, module.id)
        return {"section": section, "later": True, "undo": section in admin.undo}, 202
    try:
        kernel.reconfigure(module.id)
    except ValueError as error:
        kernel.report(module, error)
    return {
        "section": section,
        "state": module.state,
        "error": kernel.bus.get("$error/" + module.id) if module.state != "RUNNING" else None,
        "undo": section in admin.undo,
    }


def _set(kernel, section, config, secrets):
    if section == "device":
        for key in _TOP:
            kernel.config.pop(key, None)
        kernel.config.update(config)
        return
    for sections, value in ((kernel.config, config), (kernel.secrets, secrets)):
        sections.pop(section, None)
        if value:
            sections[section] = value
