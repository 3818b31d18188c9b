"""Levels: the commands that set what is logged."""

from modcore.property import Refused

_LEVELS = ("debug", "info", "warning", "error", "critical")


def set_level(module, id, value):
    """Do what `log/level/set` or `log/levels/set` says, and save it. Refused: no such level, or not saved."""
    from modcore.levels import read_levels
    from modcore.saver import save_soon

    before = dict(read_levels(module.kernel))
    if id == "level":
        module.kernel.set_log_level(value)
    else:
        _set_levels(module.kernel, module.id + "/levels", value.replace(",", " ").split())
    show(module)
    if read_levels(module.kernel) != before:
        save_soon(module.kernel, module.id + "/" + id)


def _set_levels(kernel, topic, words):
    pairs = [word.partition("=") for word in words]
    for id, equals, level in pairs:
        if not id or not equals or level and level not in _LEVELS:
            raise Refused('%s takes "module=level", level one of %s' % (topic, ", ".join(_LEVELS)))
    for id, _, level in pairs:
        if level:
            kernel.set_log_level(level, id)
        else:
            kernel.config.get("log", {}).get("levels", {}).pop(id, None)
            kernel.log_levels = None


def show(module):
    """Publish the levels as they are."""
    from modcore.levels import read_levels

    levels = read_levels(module.kernel)
    single = " ".join(["%s=%s" % (id, _LEVELS[levels[id]]) for id in sorted(levels) if id])
    for id, text in (("level", _LEVELS[levels[""]]), ("levels", single)):
        if module.properties[id].value != text:
            module.properties[id].value = text
