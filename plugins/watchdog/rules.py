"""Rules for the configuration of the watchdog: a mistake in it must not reset the board again and again."""

RARE = True  # needed when the module starts


def check(watchdog):
    """The ids of `modules` that there are; the others are named in the log. ValueError: a figure that can't be."""
    config = watchdog.config
    if config["timeout_ms"] > 1 << 28:
        raise ValueError("watchdog: timeout_ms takes up to %d, not %s" % (1 << 28, config["timeout_ms"]))
    if not 100 <= config["deadline_ms"] < config["timeout_ms"]:
        raise ValueError("watchdog: deadline_ms takes 100 up to timeout_ms, not %s" % config["deadline_ms"])
    for topic, seconds in config["topics"].items():
        if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or seconds <= 0:
            raise ValueError("watchdog: topics: %s takes seconds, not %r" % (topic, seconds))
    have = watchdog.kernel.modules
    found = []
    for id in config["modules"]:
        if not isinstance(id, str):
            raise ValueError("watchdog: modules: takes ids of modules, not %r" % (id,))
        if id in have or watchdog.kernel.bus.get("$error/" + id):  # it could not be loaded: a reset may help
            found.append(id)
        else:
            watchdog.log.error("modules: no %r, not waited for; have %s" % (id, ", ".join(sorted(have))))
    return found
