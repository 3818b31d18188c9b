"""Networks in reach: those that a scan finds, to be shown, and to be tried."""

_MAX_LISTED = 20


def scan(wlan):
    """Look around, publish and return what is there, as `WLAN.scan()` does. On hardware it blocks for 2 s."""
    try:
        found = wlan.radio.scan()
    except (OSError, RuntimeError) as error:
        wlan.log.debug("scan:", error)
        found = []
    names = [network["ssid"] for network in wlan.networks]
    wlan.show("networks", listed(found, names))
    return found


def listed(found, names):
    """Return what to show of a scan: a list of {ssid, rssi, channel, secure, known}, the strongest first.

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


def candidates(networks, found, listed=False):
    """The known networks worth a try, as (network, bssid or None), the strongest in reach first.

    listed: in the order of `networks` instead.

    After them, when the scan has nameless networks, come those that it did not name, and always
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
    if not listed:
        seen.sort(key=lambda network: -best[network["ssid"]][3])
    order = [(network, best[network["ssid"]][1]) for network in seen]
    for network in networks:
        if network["ssid"] not in best and (nameless or network["hidden"]):
            order.append((network, None))
    return order


def _name(ssid):
    """The name as str; empty for a hidden one (some send zeros) and one that is not UTF-8."""
    try:
        return str(ssid, "utf-8").strip("\0")
    except ValueError:  # UnicodeError
        return ""
