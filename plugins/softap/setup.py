"""What Softap does when it is configured and started, and when it is given another mode."""

RARE = True  # needed when the module is configured and started

_MODES = ("auto", "on", "off")


def ssid(softap):
    """The name of the access point. ValueError: mode, name or password can't be."""
    from plugins.wlan.networks import wrong

    config = softap.config
    if config["mode"] not in _MODES:
        raise ValueError("softap: mode takes one of %s, not %r" % (", ".join(_MODES), config["mode"]))
    name = config["ssid"].replace("$id$", _board_id()).replace("$name$", softap.kernel.name)
    reason = wrong(name, config["password"])
    if reason:
        raise ValueError("softap: " + reason)
    return name


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
    mode = softap.config["mode"]
    declare("mode", "select", mode, set=softap.on_mode, options=list(_MODES), name="Access point")
    declare("on", kind="binary_sensor", value=False, name="Access point is open")
    declare("ssid", kind="sensor", value=softap.ssid, name="Name of the access point")
    declare("clients", kind="sensor", name="Guests of the access point")
    try:
        import network
    except ImportError:
        softap.log.warning("this board has no module network")
        return
    softap.has_radio = True
    try:
        network.WLAN(network.AP_IF).active(False)  # an ESP8266 opens one by itself
    except OSError:
        pass
    softap.decide()
    softap.listen("wlan/connected", softap.on_connected)
    softap.listen("wlan/state", softap.on_state)


def set_mode(softap, property, mode):
    """Take another mode, and save it."""
    kernel = softap.kernel
    softap.config["mode"] = mode
    kernel.config.setdefault(softap.id, {})["mode"] = mode
    property.value = mode
    softap.decide()
    try:
        kernel.save()
    except OSError as error:
        softap.log.error("mode not saved:", error)
