"""Steps of Softap when it is configured and started."""

from plugins.wlan.networks import wrong

RARE = True  # needed when the module is configured and started

MODES = ("auto", "on", "off")


def check(config, commands):
    """Raise ValueError where `mode` or `allow` of a configuration can't be."""
    if config["mode"] not in MODES:
        raise ValueError("softap: mode takes one of %s, not %r" % (", ".join(MODES), config["mode"]))
    for name in config["allow"]:
        if name not in commands:
            raise ValueError("softap: allow: %r; have %s" % (name, ", ".join(commands)))


def ssid(softap):
    """The name of the access point. ValueError: it, or the password, can't be."""
    config = softap.config
    name = config["ssid"].replace("$id$", _board_id()).replace("$name$", softap.kernel.name)
    reason = wrong(name, config["password"] or "")
    if reason:
        raise ValueError("softap: " + reason)
    return name


def lock(softap):
    """Say why the access point must not open: a password that it should have is not there. None: it may."""
    if softap.config["password"]:
        return None
    kernel = softap.kernel
    if kernel.secrets_broken:
        return "stays closed: secrets.json, which may hold its password, can't be read"
    # An empty password there is meant; a section without one, with null, or that is none, has lost it.
    if softap.id in kernel.secrets:
        section = kernel.secrets[softap.id]
        if isinstance(section, dict) and section.get("password") is not None:
            return None
        return "stays closed: secrets.json has a section softap, but no password there"
    section = kernel.config.get(softap.id) or {}
    if not isinstance(section, dict) or section.get("password", "") is None:
        return "stays closed: config.json has null in the place of its password"
    return None


def _board_id():
    """The last six figures of the board's number."""
    try:
        from machine import unique_id
    except ImportError:
        return "000000"
    return "".join(["%02x" % byte for byte in unique_id()[-3:]])


def start(softap):
    """Declare the properties, and see whether there is a radio."""
    declare = softap.property
    config = softap.config
    if "mode" in config["allow"]:
        declare(
            "mode", "select", config["mode"], set=softap.command, options=list(MODES), name="Access point"
        )
    else:
        declare("mode", "sensor", config["mode"], name="Access point")
    if "password" in config["allow"]:
        declare(
            "password", "text", set=softap.command, secret=True, max=64, name="Password of the access point"
        )
    declare("on", kind="binary_sensor", value=False, name="Access point is open")
    declare("ssid", kind="sensor", value=softap.ssid, name="Name of the access point")
    declare("ip", kind="sensor", name="Address of the access point")
    declare("mac", kind="sensor", name="Hardware address of the access point")
    declare("clients", kind="sensor", name="Guests of the access point")
    declare("error", kind="sensor", name="Access point error")
    # Other modules on the device may ask for all of them, whatever is allowed from outside.
    softap.listen("$%s/+" % softap.id, softap.on_order, True)
    try:
        import network
    except ImportError:
        softap.log.warning("this board has no module network")
        return
    softap.has_radio = True
    radio = network.WLAN(network.AP_IF)
    try:
        radio.active(False)  # an ESP8266 opens one by itself
    except OSError:
        pass
    try:
        softap.properties["mac"].value = ":".join(["%02x" % octet for octet in radio.config("mac")])
    except (OSError, ValueError):
        pass
    softap.decide()
    softap.listen("wlan/connected", softap.on_connected)
    softap.listen("wlan/state", softap.on_state)
