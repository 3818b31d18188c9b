"""REST: the settings of the player, of rain and of the schedules."""

from .checks import months, whole
from .rest_common import ask, changes, fingerprint, reconfigure, versioned

RARE = True  # called for a request below /watering

# Keys, and what each takes: the least and the most of a whole number, or a type, or words.
_SETTINGS = {
    "player": {
        "after_power_cut": ("continue", "drop"),
        "continue_s": (0, 604800),
        "save_s": (1, 3600),
        "resume_after_direct": bool,
        "queue": (1, 64),
    },
    "rain": {"pin": (0, 255), "wet": (0, 1), "dry_h": (0, 240), "stop": bool},
    "schedules": {"missed_s": (0, 86400), "months": list},
}


def settings(kernel, request=None):
    """The settings by module."""
    found = _settings(kernel)
    return versioned(found, fingerprint(found))


def _settings(kernel):
    return {id: _some(ask(kernel, id + "/settings"), keys) for id, keys in _SETTINGS.items()}


def _some(found, keys):
    return {key: found[key] for key in keys}


def set_settings(kernel, request):
    """Take some of them, `{"player": {"save_s": 30}}`; they count at once."""
    now = _settings(kernel)
    given = changes(request, now, _SETTINGS)
    for id, section in given.items():
        if id not in _SETTINGS:
            raise ValueError("no module %r; have %s" % (id, " ".join(_SETTINGS)))
        if not isinstance(section, dict):
            raise ValueError("%s: takes an object" % id)
        for key, value in section.items():
            _check(id, key, value)
    for id, section in given.items():
        section = {key: value for key, value in section.items() if value != now[id][key]}  # type: ignore
        if section:
            reconfigure(kernel, id, section, {key: now[id][key] for key in section})
    return settings(kernel)


def _check(id, key, value):
    takes = _SETTINGS[id].get(key)
    if takes is None:
        raise ValueError("%s: no key %r; have %s" % (id, key, " ".join(_SETTINGS[id])))
    if key == "months":
        if not isinstance(value, list):
            raise ValueError("schedules: months takes a list of twelve percentages")
        months(value)
    elif key == "pin" and value is None:
        pass
    elif takes is bool:
        if not isinstance(value, bool):
            raise ValueError("%s: %s takes true or false" % (id, key))
    elif isinstance(takes[0], str):
        if value not in takes:
            raise ValueError("%s: %s takes %s" % (id, key, " or ".join(takes)))
    elif not whole(value, takes[0], takes[1]):
        raise ValueError("%s: %s takes a whole number from %d to %d" % (id, key, takes[0], takes[1]))
