"""Settings that a form sends: checked, saved whole, undone when the module fails with them."""

from modcore.config import check
from modcore.topics import check_word
from plugins.http import HttpError

from .dispatch import not_saved
from .sections import DEVICE, SERVERS, fields, owner
from .sections import values as values_of

RARE = True  # only while somebody administers the device

_WORDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "list": "a list",
    "array": "a list",
    "object": "an object",
}


def change(admin, section, given):
    """Check and keep what a form sends: {"values": {key: value or null}, "secrets": {key: value or null}}.

    null puts a key back to its default; a secret object is merged, null in it forgets one name.
    """
    kernel = admin.kernel
    values = given.get("values", {})
    hidden = given.get("secrets", {})
    if not isinstance(values, dict) or not isinstance(hidden, dict):
        raise HttpError(400, {"error": "takes values and secrets as objects"})
    errors = _wrong_ones(kernel, section, values, hidden)
    if errors:
        raise HttpError(422, {"error": "; ".join([errors[key] for key in sorted(errors)]), "fields": errors})
    config = dict(values_of(kernel, section))
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


def _wrong_ones(kernel, section, values, hidden):
    """{key: why it can't have its value}."""
    errors = {key: "%s: there is no such setting" % key for key in list(values) + list(hidden)}
    module = owner(kernel, section)
    for field in fields(kernel, section):
        key = field[0]
        if key in errors:
            reason = _wrong(section, module, field, values.get(key, hidden.get(key)))
            if reason:
                errors[key] = reason
            else:
                del errors[key]
    return errors


def _wrong(section, module, field, value):
    """Say why a field can't have a value, or None."""
    if value is None:
        return None
    key, kind, _, _, more = field
    if section == "device" and key == "name":
        if not isinstance(value, str) or not 1 <= len(value) <= 32 or any([c in value for c in "/+#"]):
            return "name: takes 1 to 32 characters, without / + #"
        try:
            check_word("name", value)  # a broker hangs up on control characters
        except ValueError as error:
            return str(error)
    if not any([_fits(value, one) for one in kind.split()]):
        return "%s: takes %s" % (key, " or ".join([_WORDS[one] for one in kind.split() if one in _WORDS]))
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


def _fits(value, kind):
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "string":
        return isinstance(value, str)
    if kind == "object":
        return isinstance(value, dict)
    return kind in ("list", "array") and isinstance(value, list)


def undo(admin, section):
    """Put a section back to what it was before it was saved last. HttpError 409: it was not saved."""
    if section not in admin.undo:
        raise HttpError(409, {"error": "there is nothing to undo"})
    config, secrets = admin.undo.pop(section)
    return _put(admin, section, config, secrets, False)


def _put(admin, section, config, secrets, undoable):
    """Write both files, secrets first, and have the module run with it. HttpError 507: not saved, all as it was."""
    from modcore.json_files import save

    from .accounts import path

    kernel = admin.kernel
    old = (dict(values_of(kernel, section)), dict(kernel.secrets.get(section, {})))
    _set(kernel, section, config, secrets)
    module = owner(kernel, section)
    try:
        if getattr(module, "proven", None):
            from modcore.trial import begin

            begin(module)  # first: power may be lost before the module looks at what is saved
        if section != "device" and secrets != old[1]:
            save(path(kernel), kernel.secrets)
        save(kernel.path, kernel.config)
    except OSError as error:
        _set(kernel, section, old[0], old[1])
        raise not_saved(error)
    if undoable:
        admin.undo[section] = old
    if section == "device":
        kernel.name = config.get("name", "modcore")
        return {"section": section, "restart": True, "undo": section in admin.undo}
    if module is None:
        return {"section": section, "undo": section in admin.undo}
    if module is admin or module.id in SERVERS or module.id in ("wlan", "softap"):
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
        for field in DEVICE:
            kernel.config.pop(field[0], None)
        kernel.config.update(config)
        return
    for sections, value in ((kernel.config, config), (kernel.secrets, secrets)):
        sections.pop(section, None)
        if value:
            sections[section] = value
