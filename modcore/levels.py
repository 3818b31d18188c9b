"""The levels of the log: read from the configuration once, and set."""

_LEVELS = ("debug", "info", "warning", "error", "critical")


def number(name):
    """The place of a level among debug, info, warning, error, critical; ValueError for another word."""
    if name not in _LEVELS:
        raise ValueError("log level %r: have %s" % (name, ", ".join(_LEVELS)))
    return _LEVELS.index(name)


def read(kernel):
    """The numbers of the levels in the configuration by module, "" for all; kept as `kernel.log_levels`.

    What is wrong there is said in the log, and does not count: a device must not fall silent for it.
    """
    levels = kernel.log_levels = {"": 1}
    troubles = []
    log = kernel.config.get("log", {})
    if isinstance(log, dict):
        single = log.get("levels", {})
        pairs = [("", log.get("level", "info"))]
        if isinstance(single, dict):
            pairs += list(single.items())
        else:
            troubles.append("levels takes an object, not %r" % (single,))
        for id, level in pairs:
            try:
                levels[id] = number(level)
            except ValueError as error:
                troubles.append(error)
    else:
        troubles.append("takes an object, not %r" % (log,))
    for trouble in troubles:
        kernel.log.error("config: log: %s" % trouble)
    return levels
