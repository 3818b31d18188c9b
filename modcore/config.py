"""Configuration: merged and checked."""

import json

from .ticks import const

RARE = True  # needed when a module is configured

# One text: MicroPython keeps short ones for good.
_KINDS = const("true or false,a number,a string,a list,an object,null")
_SECRETS = const(("pass", "user", "token", "secret", "psk"))  # in the name of a key whose value no log shows


def merge(base, over):
    """A new dict: `base` with the keys of `over`; dicts in both are merged, anything else is replaced.

    What it holds is a copy: its owner may change it.
    """
    out = {key: _copy(value) for key, value in base.items()}
    for key, value in over.items():
        have = out.get(key)
        if isinstance(value, dict) and isinstance(have, dict):
            out[key] = merge(have, value)
        else:
            out[key] = _copy(value)
    return out


def settings(module, section, defaults):
    """Return the section `section` of config.json over `defaults`, and over it that of secrets.json.

    For a section that several modules share. Unknown keys are told in the log. ValueError: a value of
    another type than its default.

        http = self.settings("http", {"root": "www"})
    """
    kernel = module.kernel
    if section not in kernel._read:
        kernel._read += (section,)
    over = kernel.config.get(section, {})
    for key in check(section, defaults, over):
        have = ", ".join(sorted(defaults))
        module.log.warning("config: %sunknown key %r; have %s" % (_of(module, section), key, have))
    secret = kernel.secrets.get(section, {})
    for key in check(section, defaults, secret, "secrets"):
        module.log.warning("secrets: %sunknown key %r" % (_of(module, section), key))
    return filled(defaults, over, secret)


def sections(module):
    """Return the sections of `module` in config.json and in secrets.json, a tuple; None for one that is not there."""
    name = module.section or module.id
    return module.kernel.config.get(name), module.kernel.secrets.get(name)


def filled(defaults, section, secret):
    """Return `defaults` with a section and its secrets over them; null stands for the default."""
    found = merge(merge(defaults, section), secret)
    for key, value in defaults.items():
        if found[key] is None:
            found[key] = _copy(value)
    return found


def _of(module, section):
    return "" if section == module.id else section + ": "


def tell_unread(kernel):
    """Publish on `$unread`, and tell in the log once, the sections that no module has read, and keys of `log`."""
    names = [name for name in kernel.config if name not in kernel._read]
    names += [name for name in kernel.secrets if name not in kernel._read and name not in names]
    log = kernel.config.get("log")
    if (
        isinstance(log, dict) and "log" not in kernel.modules
    ):  # the plugin knows more of them, and tells its own
        names += ["log." + key for key in log if key not in ("level", "levels")]
    names.sort()
    known = kernel.bus.get("$unread", [])
    if names != known:
        for name in names:
            if name not in known:
                place = "config" if name in kernel.config or name[:4] == "log." else "secrets"
                text = "%s: nobody reads the section %r"
                if name[:4] == "log.":
                    text = "%s: nobody reads the key %r"
                kernel.log.warning(text % (place, name))
        kernel.bus.publish("$unread", names, True)


def _copy(value):
    if isinstance(value, dict):
        return merge(value, {})
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value


def check(id, defaults, section, place="config"):
    """Raise ConfigError, a ValueError, where `section` and `defaults` differ in type; return the keys unknown there.

    place: "config", or "secrets", of which no value is shown.
    """
    if not isinstance(section, dict):
        raise _error("%s: %s takes an object, not %s" % (place, id, _kind(section)))
    unknown = []
    for key, value in section.items():
        if key not in defaults:
            unknown.append(key)
            continue
        default = defaults[key]
        wanted = _kind(default)
        got = _kind(value)
        if default is not None and value is not None and got != wanted:
            hidden = place == "secrets" or any([word in key for word in _SECRETS])
            shown = _kind(value) if hidden else json.dumps(value)
            raise _error("%s: %s: %s takes %s, not %s" % (place, id, key, wanted, shown))
        if wanted == got == "a number" and value < 0 and (key[-2:] in ("_s", "_h") or key[-3:] == "_ms"):
            raise _error("%s: %s: %s takes a time of 0 or more, not %s" % (place, id, key, value))
    return unknown if defaults else []


def _kind(value):
    place = 0
    for types in (bool, (int, float), str, (list, tuple), dict):
        if isinstance(value, types):
            break
        place += 1
    return _KINDS.split(",")[place]


def _error(text):
    from .supervision import ConfigError

    return ConfigError(text)
