"""The levels of the log: read from the configuration, and set."""

from .log import LEVELS

RARE = True  # needed once, and when somebody sets them


def number(name):
    """Return the place of a level among debug, info, warning, error, critical; ValueError for another word."""
    if name not in LEVELS:
        raise ValueError("log level %r: have %s" % (name, ", ".join(LEVELS)))
    return LEVELS.index(name)


def read_levels(kernel):
    """Return the numbers of the levels in the configuration by module, "" for all; kept as `kernel.log_levels`.

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


def set_log_level(kernel, level, id=""):
    """Show messages from `level` on, of module `id` or of all; kept with the configuration.

    level: debug, info, warning, error or critical. ValueError: no such level.
    """
    number(level)
    log = kernel.config.setdefault("log", {})
    if id:
        log.setdefault("levels", {})[id] = level
    else:
        log["level"] = level
    kernel.log_levels = None
    kernel.bus.publish("$levels", level, True)  # for those who show them


def harmless(raw):
    """Return bytes as text in which what would steer a terminal is written out, as \\x1b: strangers are quoted, too.

    Tabs and line feeds stay: a traceback has them.
    """
    out = bytearray()
    last = 0
    for octet in raw:
        if octet < 32 and octet != 9 and octet != 10 or octet == 127 or last == 0xC2 and octet < 0xA0:
            out.extend(b"\\x%02x" % octet)
        elif last == 0xC2:
            out.append(last)
            out.append(octet)
        elif octet != 0xC2:
            out.append(octet)
        last = octet
    return str(out, "utf-8")
