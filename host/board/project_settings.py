"""Changes that a project and its device have both made, key by key; and the secrets that a project lacks."""

import json
import os

_SECRET = (("mqtt", "user", "password"),)  # (section, key that wants one, the secret)


def merge(base, ours, theirs, path=""):
    """Join two changed copies of one JSON object; returns (joined, [what both have changed otherwise]).

    base: as both once were; ours: the project's; theirs: the device's, which counts where both have changed.

        merge({"a": 1}, {"a": 2}, {"a": 1, "b": 3})     # {"a": 2, "b": 3}, []
    """
    joined, clashes = {}, []
    for key in list(ours) + [key for key in theirs if key not in ours]:
        old, mine, other = (found.get(key, _ABSENT) for found in (base, ours, theirs))
        place = path + str(key)
        if mine == other or other == old:
            value = mine
        elif mine == old:
            value = other
        elif isinstance(mine, dict) and isinstance(other, dict):
            value, found = merge(old if isinstance(old, dict) else {}, mine, other, place + ".")
            clashes += found
        else:
            value = other
            clashes.append(place)
        if value is not _ABSENT:
            joined[key] = value
    return joined, clashes


class _Absent:
    """In place of a key that is not there."""


_ABSENT = _Absent()


def read(path):
    """The object in a JSON file, {} where there is none, or None where it is broken."""
    try:
        found = json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def write_secrets(path, secrets):
    """Write a secrets.json for nobody else to read."""
    temporary = path.with_name(path.name + ".tmp")
    descriptor = os.open(str(temporary), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        json.dump(secrets, stream)
    os.replace(str(temporary), str(path))


def missing_secrets(config, secrets):
    """Lines that say which secrets a configuration asks for and nobody has given."""
    found = []
    plugins = config.get("plugins", ())
    wlan = _section(config, secrets, "wlan")
    if "wlan" in plugins:
        passwords = wlan.get("passwords") if isinstance(wlan.get("passwords"), dict) else {}
        names = [
            entry if isinstance(entry, str) else entry.get("ssid") for entry in _list(wlan.get("networks"))
        ]
        for name in [name for name in names if name and name not in passwords]:
            found.append("secrets.json: wlan: no password of {!r}; an open network needs none".format(name))
        if not names and not passwords:
            found.append(
                'config.json: wlan: no network is known; it takes {"networks": ["NAME"]}, and secrets.json the '
                "password. The virtual board is near one, `home`"
            )
    for plugin, user, secret in _SECRET:
        section = _section(config, secrets, plugin)
        if plugin in plugins and section.get(user) and not section.get(secret):
            found.append("secrets.json: {}: a {}, and no {}".format(plugin, user, secret))
    if "softap" in plugins and not _section(config, secrets, "softap").get("password"):
        found.append("secrets.json: softap: no password; the device's own access point is open to all")
    return found


def networks(config, secrets):
    """[(ssid, password)] of the Wi-Fi networks that a project knows."""
    wlan = _section(config, secrets, "wlan")
    passwords = wlan.get("passwords") if isinstance(wlan.get("passwords"), dict) else {}
    names = [entry if isinstance(entry, str) else entry.get("ssid") for entry in _list(wlan.get("networks"))]
    every = dict.fromkeys([name for name in names if isinstance(name, str) and name], "")
    every.update({name: word for name, word in passwords.items() if isinstance(word, str)})
    return list(every.items())


def _section(config, secrets, name):
    found = {}
    for source in (config, secrets or {}):
        if isinstance(source.get(name), dict):
            found.update(source[name])
    return found


def _list(found):
    return [entry for entry in found if isinstance(entry, (str, dict))] if isinstance(found, list) else []
