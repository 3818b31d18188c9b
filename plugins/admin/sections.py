"""The sections of config.json: which there are, whose they are, and what may stand in them."""

RARE = True  # only while somebody administers the device

SERVERS = ("http_async", "http_windup")
DEVICE = (
    ("name", "string", "modcore", "the device's name, also in the network", None),
    ("plugins", "list", [], "plugins to start, in this order", None),
    ("modules", "list object", [], "the program's own modules, as paths, or ids with paths", None),
    ("queue", "integer", 32, "events that may wait on the bus", None),
)
_ACCOUNTS = ("users", "tokens")  # they have a page of their own


def names(kernel):
    """The names of all sections: the device's own, one a module, and those that several share."""
    found = ["device"]
    for module in kernel.modules.values():
        name = module.section or module.id
        if name not in found and (module.defaults or name in kernel.config):
            found.append(name)
    if any([id in kernel.modules for id in SERVERS]):
        found.append("http")
    return found + sorted(
        [key for key in kernel.config if key not in found and isinstance(kernel.config[key], dict)]
    )


def values(kernel, section):
    """Return a section of config.json (dict, not to be changed)."""
    if section == "device":
        return {field[0]: kernel.config[field[0]] for field in DEVICE if field[0] in kernel.config}
    return kernel.config.get(section, {})


def owner(kernel, section):
    """The module that reads a section, or None."""
    for module in kernel.modules.values():
        if (module.section or module.id) == section:
            return module
    if section == "http":
        for id in SERVERS:
            if id in kernel.modules:
                return kernel.modules[id]
    return None


def fields(kernel, section):
    """(key, types, default, meaning, more or None) of what may stand in a section; a generator.

    As the plugin's manifest has it, in the order of its author; else as the class has it, sorted.
    """
    if section == "device":
        yield from DEVICE
        return
    module = owner(kernel, section)
    found = False
    for name in (section, "http_api" if section == "http" else None, _plugin(module)):
        if name and not found:
            for field in _described(name):
                found = True
                if section != "http" or field[0] not in _ACCOUNTS:
                    yield field
    if found:
        return
    defaults = module.defaults if module else {}
    config = kernel.config.get(section, {})
    for key in sorted(set(defaults) | set(config)):
        value = default = defaults.get(key)
        if default is None:
            value = config.get(key)
        yield key, _type(value), default, "", None


def _described(name):
    from .manifest import members

    try:
        for key, about in members(name, "config"):
            types = about.pop("type", "string")
            types = " ".join(types) if isinstance(types, list) else types
            yield key, types, about.pop("default", None), about.pop("meaning", ""), about or None
    except ValueError:  # no such plugin, or it takes no configuration
        pass


def _plugin(module):
    name = type(module).__module__ if module and hasattr(type(module), "__module__") else ""
    parts = name.split(".")
    return parts[1] if parts[0] == "plugins" and len(parts) > 1 else None


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
