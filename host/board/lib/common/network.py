"""network: the board's radio. Which access points there are is decided outside."""

from binascii import hexlify, unhexlify

import _board

STA_IF = 0
AP_IF = 1

# STAT_… and AUTH_… have other values on other boards.
globals().update(_board.ask("wifi.constants"))

_HEX = ("mac", "bssid")
_interfaces = {}


def hostname(name=None):
    """Return or set the name by which others find the board."""
    return _board.ask("wifi.hostname", name)


def country(code=None):
    """Return or set the country, two letters."""
    return _board.ask("wifi.country", code)


class WLAN:
    """The station (STA_IF) or the access point (AP_IF) of the radio."""

    IF_STA = 0
    IF_AP = 1
    PM_NONE = 0
    PM_PERFORMANCE = 1
    PM_POWERSAVE = 2
    SEC_OPEN = 0
    SEC_WPA = 2
    SEC_WPA2 = 3
    SEC_WPA_WPA2 = 4

    def __new__(cls, interface_id=0):
        if interface_id not in (0, 1):
            raise ValueError("invalid WLAN interface identifier")
        if interface_id not in _interfaces:
            _interfaces[interface_id] = object.__new__(cls)
            _interfaces[interface_id]._id = interface_id
        return _interfaces[interface_id]

    def __init__(self, interface_id=0):
        pass

    def active(self, is_active=None):
        """Return whether the interface is on, or switch it."""
        return _board.ask("wifi.active", self._id, is_active)

    def connect(self, ssid=None, key=None, bssid=None):
        """Start to join a network; `status` tells how it goes."""
        if self._id:
            raise OSError("STA required")
        _board.ask("wifi.connect", _text(ssid), _text(key), hexlify(bssid).decode() if bssid else None)

    def disconnect(self):
        """Leave the network."""
        _board.ask("wifi.disconnect")

    def isconnected(self):
        """Tell whether there is an address (station) or somebody has joined (access point)."""
        return _board.ask("wifi.isconnected", self._id)

    def status(self, param=None):
        """Return a code `STAT_…`, "rssi" in dBm, or the "stations" that have joined."""
        found = _board.ask("wifi.status", self._id, param)
        if param == "stations":
            return [(unhexlify(mac),) for mac in found]
        return found

    def scan(self):
        """Return (ssid, bssid, channel, rssi, security, hidden) of each network in reach."""
        return [
            (ssid.encode(), unhexlify(bssid), channel, rssi, security, hidden)
            for ssid, bssid, channel, rssi, security, hidden in _board.ask("wifi.scan")
        ]

    def config(self, *param, **values):
        """Return the value of one parameter, or set some."""
        if param:
            value = _board.ask("wifi.config", self._id, param[0])
            return unhexlify(value) if param[0] in _HEX else value
        for name, value in values.items():
            if name in _HEX:
                value = hexlify(value).decode()
            _board.ask("wifi.configure", self._id, name, _text(value))

    def ifconfig(self, addresses=None):
        """Return or set (address, mask, gateway, DNS server)."""
        return tuple(_board.ask("wifi.ifconfig", self._id, addresses))

    def ipconfig(self, *param, **values):
        """Return "addr4", "gw4", "dhcp4" or "has_dhcp4", or set the first three."""
        address, mask, gateway, dns = self.ifconfig()
        if not param:
            if "addr4" in values:
                found = values["addr4"]
                address, mask = (found, mask) if isinstance(found, str) else found
            self.ifconfig((address.partition("/")[0], mask, values.get("gw4", gateway), dns))
        elif param[0] == "addr4":
            return (address, mask)
        elif param[0] == "gw4":
            return gateway
        elif param[0] in ("dhcp4", "has_dhcp4"):
            return _board.ask("wifi.dhcp", self._id)
        else:
            raise ValueError("unknown config param")


def _text(value):
    return value.decode() if isinstance(value, bytes) else value
