"""Steps of Wlan when it starts: properties, names, radio."""

from .networks import host_name, show_known

RARE = True  # needed when the module starts


_COMMANDS = (
    ("scan", "button", "Scan", {}),
    ("restart", "button", "Restart WLAN", {}),
    ("add", "button", "Add a network", {}),
    ("join", "button", "Join a network", {}),
    ("forget", "text", "Forget a network", {"min": 1, "max": 32}),
)


_TRIAL_MS = 120000  # in which changed settings must lead to a network, or they are undone


def settle(wlan):
    """Go back to the settings with which a network was joined where others are tried in vain: see modcore/trial.py."""
    from modcore.config import sections
    from modcore.json_files import exists, trial_path

    if wlan.proven is None:
        if exists(trial_path(wlan.kernel)):
            _resume(wlan)
    elif sections(wlan) != wlan.proven:
        from modcore.trial import begin

        begin(wlan)
        wlan.after(_TRIAL_MS, _judge, wlan)


def _resume(wlan):
    # The device restarts while others were tried.
    from modcore.config import settings
    from modcore.trial import end, interrupted, restore

    from .networks import read_networks

    old = interrupted(wlan)
    if old:
        restore(wlan, old, "the device restarted before a network was joined")
        wlan.config = settings(wlan, wlan.section or wlan.id, wlan.defaults)
        read_networks(wlan)
    end(wlan)


def _judge(wlan):
    from modcore.config import sections

    if wlan.network is None and sections(wlan) != wlan.proven:
        from modcore.trial import restore

        restore(wlan, wlan.proven, "no network for %d s" % (_TRIAL_MS // 1000))
        wlan.kernel.reconfigure(wlan.id)


def prove(wlan):
    """Note that the present settings lead to a network."""
    from modcore.config import sections

    now = sections(wlan)
    if wlan.proven not in (None, now):
        from modcore.trial import end

        end(wlan)
    wlan.proven = now


def start(wlan):
    """Declare the properties, switch the radio on and begin."""
    settle(wlan)
    declare = wlan.property
    declare("connected", kind="binary_sensor", value=False, name="WLAN", device_class="connectivity")
    declare("state", kind="sensor", name="WLAN state")
    declare("ssid", kind="sensor", name="WLAN network")
    declare("ip", kind="sensor", name="IP address")
    declare("rssi", kind="sensor", name="WLAN signal", unit="dBm", device_class="signal_strength")
    declare("error", kind="sensor", name="WLAN error")
    declare("gateway", kind="sensor", name="Gateway")
    declare("mac", kind="sensor", name="WLAN hardware address")
    declare("networks", kind="sensor", name="Networks in reach")
    declare("known", kind="sensor", name="Known networks")
    show_known(wlan)
    for id, kind, name, meta in _COMMANDS:
        if id in wlan.config["allow"]:
            wlan.property(id, kind=kind, set=wlan.command, name=name, secret=id in ("add", "join"), **meta)
    # Other modules on the device may ask for all of them, whatever is allowed from outside.
    wlan.listen("$%s/+" % wlan.id, wlan.on_order, True)
    wlan.listen("softap/clients", wlan.on_guests)
    try:
        import network
    except ImportError:
        wlan.show("state", "no radio")
        wlan.log.warning("this board has no module network")
        return
    _set_names(wlan, network)
    wlan.radio = radio = network.WLAN(network.STA_IF)
    radio.active(True)
    try:
        # Retrying is done here: an ESP32 that does it by itself never tells what is wrong.
        radio.config(reconnects=0)
    except (ValueError, TypeError, OSError):
        pass  # another port
    _show_mac(wlan)
    there = _there_already(wlan)
    if there:
        wlan.joined(there)
    else:
        wlan.begin()


def _set_names(wlan, network):
    wlan.hostname = host_name(wlan.config["hostname"] or wlan.kernel.name)
    try:
        if wlan.config["country"]:
            network.country(wlan.config["country"])
        try:
            network.hostname(wlan.hostname)
        except ValueError:  # before 1.22 at most 15 characters
            network.hostname(wlan.hostname[:15].strip("-"))
    except (AttributeError, ValueError, OSError) as error:
        wlan.log.warning("name or country not set:", error)


def _show_mac(wlan):
    try:
        octets = wlan.radio.config("mac")
    except (ValueError, OSError):
        return
    wlan.show("mac", ":".join(["%02x" % octet for octet in octets]))


def _there_already(wlan):
    """The known network that the radio is connected to, or None."""
    if not wlan.radio.isconnected():
        return None
    for name in ("ssid", "essid"):
        try:
            ssid = wlan.radio.config(name)
        except (ValueError, OSError):
            continue
        for network in wlan.networks:
            if network["ssid"] == ssid:
                return network
    return None
