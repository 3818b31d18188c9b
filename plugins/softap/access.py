"""Access: the access point while it is open, with its name server and its page."""

_CLIENTS_MS = 5000  # how often its guests are counted


class Access:
    """Opens the access point of a Softap; `close` closes it. OSError, ValueError: the radio refuses."""

    def __init__(self, softap):
        import network

        self._softap = softap
        config = softap.config
        self._ap = ap = network.WLAN(network.AP_IF)
        try:
            # Some take this only while they are off, others only while they are on: both get it.
            _configure(network, ap, softap.ssid, config)
        except (OSError, ValueError):
            pass
        ap.active(True)
        _configure(network, ap, softap.ssid, config)
        address = config["address"]
        ap.ifconfig((address, "255.255.255.0", address, address))
        if not config["password"]:
            softap.log.warning("access point %s is open: whoever is near can use it" % softap.ssid)
        softap.log.info("access point %s at %s" % (softap.ssid, address))
        softap.properties["ip"].value = address
        softap.properties["clients"].value = 0
        softap.properties["on"].value = True
        self._count = softap.every(_CLIENTS_MS, self._count_clients)
        self._dns = None
        if config["portal"]:
            from .captive import CaptiveDns
            from .portal import Portal

            self._dns = CaptiveDns(softap, address, config["dns_port"])
            softap.publish("$http/routes/" + softap.id, Portal(softap), True)
            if softap.kernel.bus.get("wlan/networks") is None:
                softap.fire("$wlan/scan", True)  # the setup page will show what is found

    def close(self):
        """Close it."""
        softap = self._softap
        self._count.cancel()
        if self._dns:
            softap.publish("$http/routes/" + softap.id, None, True)
            self._dns.close()
        try:
            self._ap.active(False)
        except OSError as error:
            softap.log.error("can't close the access point:", error)
        softap.properties["on"].value = False
        softap.properties["clients"].value = softap.properties["ip"].value = None
        softap.log.info("access point closed")

    def _count_clients(self):
        clients = self._softap.properties["clients"]
        try:
            count = len(self._ap.status("stations"))
        except (OSError, ValueError, TypeError):
            count = 1 if self._ap.isconnected() else 0  # ESP8266 knows no more
        if count != clients.value:
            clients.value = count


def _configure(network, ap, ssid, config):
    """Give the access point its name and password; the words differ from port to port."""
    password = config["password"]
    channel = config["channel"]
    if not password:
        ap.config(ssid=ssid, channel=channel, security=0)
        return
    for owner, name in (
        (network.WLAN, "SEC_WPA2"),
        (network.WLAN, "SEC_WPA_WPA2"),
        (network, "AUTH_WPA2_PSK"),
    ):
        if hasattr(owner, name):
            ap.config(ssid=ssid, key=password, channel=channel, security=getattr(owner, name))
            return
    ap.config(ssid=ssid, key=password, channel=channel)
