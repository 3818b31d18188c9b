"""The known networks: read from the configuration, and what a name and a password must be like."""

RARE = True  # needed when the module starts, and when a network is added

KEYS = ("ssid", "password", "hidden", "ifconfig")


def check(config, commands):
    """Raise ValueError where `order` or `allow` of a configuration can't be."""
    if config["order"] not in ("signal", "list"):
        raise ValueError('wlan: order takes "signal" or "list", not %r' % (config["order"],))
    for name in config["allow"]:
        if name not in commands:
            raise ValueError("wlan: allow: %r; have %s" % (name, ", ".join(commands)))


def known(config, lost=False):
    """(networks, troubles) of a configuration: dicts with ssid, password, hidden and ifconfig; texts.

    config: `networks`, a list of names or objects, and `passwords`, {ssid: password}. An entry that is neither
    is a trouble; the others are there all the same. lost: passwords can't be read, so that a network without
    one is not an open one: the device would join whoever opens a network of that name.
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
        password = config["passwords"].get(ssid, entry.get("password"))
        if password is None and ssid not in config["passwords"] and not lost:
            password = ""
        ifconfig = entry.get("ifconfig")
        unknown = [key for key in entry if key not in KEYS]
        reason = wrong(ssid, password)
        if unknown:
            reason = "unknown key %s; have %s" % (", ".join(sorted(unknown)), ", ".join(KEYS))
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
    """Say why a network can't have this name or password, or None.

    Source: IEEE 802.11-2020 sections 9.4.2.2 and J.4.
    """
    if not isinstance(ssid, str) or not 1 <= len(ssid.encode()) <= 32:
        return "ssid takes 1 to 32 bytes"
    if min(ssid.encode()) < 32 or "\x7f" in ssid:  # in the log it would look like another line
        return "ssid takes no control characters"
    if password is None:
        return "the password is missing"
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


def read_networks(wlan):
    """Take the known networks from the configuration; what is wrong there is reported, the others work."""
    wlan.networks, troubles = known(wlan.config, wlan.kernel.secrets_broken)
    for text in troubles:
        wlan.log.error("networks:", text)
    if troubles or wlan.troubled:
        wlan.troubled = bool(troubles)
        wlan.publish("$error/" + wlan.id, "networks: " + troubles[-1] if troubles else None, True)


def show_known(wlan):
    """Publish the names of the known networks."""
    wlan.show("known", [network["ssid"] for network in wlan.networks])
