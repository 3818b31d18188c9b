"""The known networks: read from the configuration, chosen after a scan, added and forgotten."""

_MAX_LISTED = 20


_KEYS = ("ssid", "password", "hidden", "ifconfig")


def known(config):
    """(networks, troubles) of a configuration: dicts with ssid, password, hidden and ifconfig; texts.

    config: `networks`, a list of names or objects, and `passwords`, {ssid: password}. An entry that is neither
    is a trouble; the others are there all the same.
    """
    found = []
    troubles = []
    for entry in config["networks"]:
        if isinstance(entry, str):
            entry = {"ssid": entry}
        if not isinstance(entry, dict) or not isinstance(entry.get("ssid"), str):
            troubles.append("takes names or objects with ssid")
            continue
        ssid = entry["ssid"]
        password = config["passwords"].get(ssid, entry.get("password", ""))
        ifconfig = entry.get("ifconfig")
        unknown = [key for key in entry if key not in _KEYS]
        reason = wrong(ssid, password)
        if unknown:
            reason = "unknown key %s; have %s" % (", ".join(sorted(unknown)), ", ".join(_KEYS))
        elif ifconfig is not None and not _is_ifconfig(ifconfig):
            reason = "ifconfig takes [address, mask, gateway, dns]"
        if reason:
            troubles.append("%s: %s" % (ssid, reason))
            continue
        hidden = entry.get("hidden") is True
        found.append({"ssid": ssid, "password": password, "hidden": hidden, "ifconfig": ifconfig})
    return found, troubles


def _is_ifconfig(value):
    four = isinstance(value, list) and len(value) == 4
    return four and all([isinstance(a, str) and a.count(".") == 3 for a in value])


def wrong(ssid, password):
    """Why a network can't have this name or password, or None.

    Source: IEEE 802.11-2020 sections 9.4.2.2 and J.4.
    """
    if not isinstance(ssid, str) or not 1 <= len(ssid.encode()) <= 32:
        return "ssid takes 1 to 32 bytes"
    if not isinstance(password, str):
        return "password takes text"
    size = len(password.encode())
    if password and not 8 <= size <= 63 and not (size == 64 and _is_hex(password)):
        return "password takes 8 to 63 characters, or nothing for an open network"
    return None


def _is_hex(text):
    try:
        return int(text, 16) >= 0
    except ValueError:
        return False


def host_name(name):
    """A device's name as its neighbours can type it: letters, figures and hyphens, at most 32.

    Source: RFC 1123 section 2.1.
    """
    name = "".join([c if "a" <= c <= "z" or "0" <= c <= "9" else "-" for c in name.lower()]).strip("-")
    return name[:32].strip("-") or "modcore"


def listed(found, names):
    """What to show of a scan: a list of {ssid, rssi, channel, secure, known}, the strongest first.

    Each name is there once. found: what `WLAN.scan()` returns. names: the known ones.
    """
    best = {}
    for entry in found:
        ssid = _name(entry[0])
        if ssid and (ssid not in best or entry[3] > best[ssid][3]):
            best[ssid] = entry
    order = sorted(best, key=lambda ssid: -best[ssid][3])[:_MAX_LISTED]
    return [
        {
            "ssid": ssid,
            "rssi": best[ssid][3],
            "channel": best[ssid][2],
            "secure": best[ssid][4] != 0,
            "known": ssid in names,
        }
        for ssid in order
    ]


def candidates(networks, found):
    """The known networks worth a try, as (network, bssid or None), the strongest in reach first.

    Behind them, when the scan has nameless networks, come those that it did not name, and always
    those marked as hidden.
    """
    best = {}
    nameless = False
    for entry in found:
        ssid = _name(entry[0])
        if not ssid:
            nameless = True
        elif ssid not in best or entry[3] > best[ssid][3]:
            best[ssid] = entry
    seen = [network for network in networks if network["ssid"] in best]
    seen.sort(key=lambda network: -best[network["ssid"]][3])
    order = [(network, best[network["ssid"]][1]) for network in seen]
    for network in networks:
        if network["ssid"] not in best and (nameless or network["hidden"]):
            order.append((network, None))
    return order


def _name(ssid):
    """The name as str; empty for a hidden one (some send zeros) and one that is no UTF-8."""
    try:
        return str(ssid, "utf-8").strip("\0")
    except ValueError:  # UnicodeError
        return ""


def add(kernel, id, value):
    """Put a network into the configuration and its password into the secrets, and save both.

    value: {"ssid", "password" (optional), "hidden" (optional)}. ValueError: it can't be one.
    OSError: it can't be saved; the device knows it until it restarts.
    """
    if not isinstance(value, dict) or "ssid" not in value or any([key not in _KEYS[:3] for key in value]):
        raise ValueError('takes {"ssid": "name", "password": "…", "hidden": false}')
    ssid = value["ssid"]
    password = value.get("password")
    if password is None:
        password = ""
    reason = wrong(ssid, password)
    if reason:
        raise ValueError(reason)
    entry = {"ssid": ssid, "hidden": True} if value.get("hidden") is True else ssid
    _replace(kernel, id, ssid, entry)
    kernel.secrets.setdefault(id, {}).setdefault("passwords", {})[ssid] = password
    _save_secrets(kernel)  # first: a password without a network does no harm
    kernel.save()


def forget(kernel, id, ssid):
    """Take a network out of configuration and secrets, and save both. OSError: it can't be saved."""
    _replace(kernel, id, ssid, None)
    for sections in (kernel.config, kernel.secrets):
        sections.get(id, {}).get("passwords", {}).pop(ssid, None)
    kernel.save()
    _save_secrets(kernel)


def merge(config, section, secret):
    """Put the networks and passwords of a section and its secrets into a module's `config`."""
    config["networks"] = secret.get("networks", section.get("networks", []))
    config["passwords"] = dict(section.get("passwords", {}))
    config["passwords"].update(secret.get("passwords", {}))


def _replace(kernel, id, ssid, new):
    """Put `new` (None: nothing) in place of `ssid` into the lists of networks."""
    secret = kernel.secrets.get(id, {})
    section = kernel.config.setdefault(id, {})
    # A list in the secrets hides the one in the configuration: then it has to have the new one.
    for at in (section, secret):
        if at is section or "networks" in at:
            at["networks"] = [
                entry
                for entry in at.get("networks", ())
                if (entry.get("ssid") if isinstance(entry, dict) else entry) != ssid
            ]
    if new is not None:
        (secret if "networks" in secret else section)["networks"].append(new)


def _save_secrets(kernel):
    from modcore.files import save

    save(kernel.path[: kernel.path.rfind("/") + 1] + "secrets.json", kernel.secrets)
