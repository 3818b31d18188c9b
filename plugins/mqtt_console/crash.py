"""The last crash: its traceback is written down, so that it can be told after a reboot."""

RARE = True  # when something fails, and once at the start

_PAUSE_MS = 60000  # between two writes: flash wears out
_LONGEST = 2000


def read(module):
    """Return what was written down (a JSON text), or None."""
    from modcore.json_files import load

    module.written_ms = None
    found = load(_path(module), module.log)
    return _text(found) if found.get("text") else None


def note(module, id, text):
    """Write down a traceback that stands in a line of the log, and tell it the broker."""
    now = module.kernel.uptime_ms()
    if "Traceback" not in text or module.written_ms is not None and now - module.written_ms < _PAUSE_MS:
        return
    from modcore.json_files import save

    module.written_ms = now
    found = {"time": module.stamp(), "module": id, "text": text[-_LONGEST:]}
    module.crash = _text(found)
    try:
        save(_path(module), found)
    except OSError as error:
        module.lines.append("%s can't be saved: %s" % (_path(module), error))
    if module.bridge.connected:
        module.bridge.publish(module.topic("crash"), module.crash, True)


def _text(found):
    from json import dumps

    return dumps(found)


def _path(module):
    path = module.kernel.path
    return path[: path.rfind("/") + 1] + "crash.json"
