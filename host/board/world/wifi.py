"""The radio of a board and the access points around it."""

from .codes import STATUS, constants

_WPA2 = 3
_NO_NETWORK = -202  # lwIP's EAI_FAIL, which getaddrinfo raises on an ESP32 without a network


class AccessPoint:
    """One network in reach. dhcp: whether it gives addresses; hidden: whether it says its name."""

    def __init__(self, ssid, password, rssi, channel, hidden, dhcp, bssid):
        self.ssid = ssid
        self.password = password
        self.rssi = rssi
        self.channel = channel
        self.hidden = hidden
        self.dhcp = dhcp
        self.bssid = bssid
        self.is_up = True
        self.refuses = False  # turns stations away although the password is right


class Interface:
    """Station or access point: whether it is on, its parameters and addresses."""

    def __init__(self, mac, parameters):
        self.active = False
        self.static = None
        self.parameters = parameters
        self.parameters["mac"] = mac


class Wifi:
    """Joins, loses and finds again, in the time that `pace` says (ms)."""

    def __init__(self, world):
        self._world = world
        self.networks = []
        self.pace = {"join": 150, "dhcp": 100, "search": 300, "refuse": 300, "lose": 200, "retry": 500}
        self.route = _straight  # (host, port) -> (host, port): where the board's packets go
        self.ever_active = False
        self.webrepl = None
        self._job = None
        self.boot()

    def boot(self):
        """Both interfaces are off, with the parameters they are made with."""
        self._world.cancel(self._job)  # what a radio had begun before the reset
        self.state = "idle"
        self.joined = None  # the AccessPoint
        self.stations = []  # MACs that have joined the board's own access point
        self._job = None
        self._wanted = None  # (ssid, password, bssid) of the last connect
        self._tries = 0
        id = self._world.power.id
        self._hostname = "mpy-" + self._world.kind
        self._country = "XX"
        self.sta = Interface(id, {"txpower": 20, "pm": 1, "channel": 1})
        if self._world.kind == "esp32":  # the others take no such parameter
            self.sta.parameters["reconnects"] = -1
        number = int(id[-2:], 16) + 1 & 255
        self.ap = Interface(
            id[:-2] + "%02x" % number,
            {
                "ssid": "ESP_" + id[-6:].upper(),
                "password": "",
                "channel": 1,
                "security": 0,
                "hidden": False,
                "max_clients": 4,
            },
        )
        self.ever_active = False

    # outside

    def add(self, ssid, password="", rssi=-60, channel=6, hidden=False, dhcp=True):
        """Set up an access point; returns it. dhcp False: it never gives an address."""
        bssid = "02c0de0000%02x" % (len(self.networks) + 1)
        found = AccessPoint(ssid, password, rssi, channel, hidden, dhcp, bssid)
        self.networks.append(found)
        return found

    def __getitem__(self, ssid):
        """Return the access point of that name. ValueError: there is none."""
        for network in self.networks:
            if network.ssid == ssid:
                return network
        have = ", ".join([network.ssid for network in self.networks]) or "none"
        raise ValueError("no access point %r; have %s" % (ssid, have))

    def up(self, ssid=None):
        """Switch an access point on, all without a name."""
        self._switch(ssid, True)

    def down(self, ssid=None):
        """Take an access point away, all without a name."""
        self._switch(ssid, False)

    def _switch(self, ssid, is_up):
        for network in self.networks if ssid is None else [self[ssid]]:
            network.is_up = is_up
            self._world.changed("ap", network.ssid, "up" if is_up else "down")
        if self.joined and not self.joined.is_up:
            self._go("lose", self._lost)

    def join(self, mac):
        """Let a phone join the board's own access point. OSError: there is none."""
        if not self.ap.active:
            raise OSError("the board has no access point")
        self.stations.append(mac)

    def leave(self, mac):
        """Let the phone go."""
        self.stations.remove(mac)

    def reachable(self):
        """Tell whether packets get through, in and out.

        A program that does not use the radio is on a cable to the access points' router.
        """
        if self.ap.active or not self.ever_active:
            return self.ap.active or not self.networks or any([n.is_up for n in self.networks])
        return self.state == "got_ip" and self.joined.is_up

    # the station

    def _go(self, pace, function):
        self._world.cancel(self._job)
        self._job = self._world.after(self.pace[pace], function)

    def _become(self, state):
        if state != self.state:
            self.state = state
            self._world.changed("wifi", "station", state)

    def _target(self):
        ssid, _, bssid = self._wanted
        found = [
            network
            for network in self.networks
            if network.is_up and network.ssid == ssid and bssid in (None, network.bssid)
        ]
        return max(found, key=_rssi) if found else None

    def _search(self):
        network = self._target()
        if network is None:
            self._fail("no_ap")
        elif network.password != (self._wanted[1] or ""):
            self._go("refuse", self._wrong)
        elif network.refuses:
            self._fail("fail")
        else:
            self._go("join", self._join)

    def _wrong(self):
        self._fail("wrong_password")

    def _join(self):
        self.joined = self._target()
        if self.joined is None:
            self._fail("no_ap")
        elif self.joined.dhcp or self.sta.static:
            self._become("joined")
            self._go("dhcp", self._got_ip)
        else:
            self._become("joined")

    def _got_ip(self):
        self._tries = 0
        self._become("got_ip")

    def _lost(self):
        if self.joined and self.joined.is_up:
            return  # it was gone for a moment only
        self.joined = None
        self._fail("lost")

    def _fail(self, state):
        self._become(state)
        self._tries += 1
        reconnects = self.sta.parameters.get("reconnects", -1)
        if self._world.kind != "rp2" and (reconnects == -1 or self._tries <= reconnects):
            self._go("retry", self._search)

    # asked by the interpreter

    def on_constants(self):
        """Return the constants of `network`."""
        return constants(self._world.kind)

    def on_address(self, host, port):
        """Return where on the PC `host` and `port` are. OSError: no network."""
        return self.route(host, port)

    def on_hostname(self, name):
        """Return or set the name of the board."""
        if name is None:
            return self._hostname
        if not 1 <= len(name) <= 32:
            raise ValueError("hostname: takes 1 to 32 characters")
        self._hostname = name

    def on_country(self, code):
        """Return or set the country."""
        if code is None:
            return self._country
        if len(code) != 2:
            raise ValueError("country: takes two letters")
        self._country = code.upper()

    def on_active(self, id, active):
        """Return whether an interface is on, or switch it."""
        interface = self.ap if id else self.sta
        if active is not None:
            self.ever_active = self.ever_active or bool(active)
            interface.active = bool(active)
            if id:
                self.stations = []
                self._world.changed("wifi", "access point", self.ap.parameters["ssid"] if active else "off")
            elif not active:
                self.on_disconnect()
        return interface.active

    def on_connect(self, ssid, password, bssid):
        """Start to join."""
        if not self.sta.active:
            raise OSError("Wifi Internal Error" if self._world.kind == "esp32" else "STA not active")
        if ssid is not None:
            self._wanted = (ssid, password, bssid)
        if self._wanted is None:
            raise OSError("no network given")
        self.joined = None
        self._tries = 0
        self._become("connecting")
        # A network that is not there is looked for longer.
        self._go("join" if self._target() else "search", self._search)

    def on_disconnect(self):
        """Leave the network."""
        self._world.cancel(self._job)
        self.joined = None
        self._become("idle")

    def on_isconnected(self, id):
        """Tell whether there is a link."""
        return len(self.stations) > 0 if id else self.state == "got_ip"

    def on_status(self, id, param):
        """Return the code of the state, "rssi", or "stations"."""
        if param == "stations" and id:
            return self.stations
        if param == "rssi" and not id:
            if self.joined is None:
                raise OSError("Wifi Not Connected")
            return self.joined.rssi
        if param is not None:
            raise ValueError("unknown status param")
        if id:
            return None
        # ESP-IDF's last reason stays while it tries again; what it knows no word for is "connecting".
        state = self.state
        if state == "lost" and self._world.kind == "esp32" and self.sta.parameters["reconnects"] == -1:
            state = "connecting"
        return STATUS[self._world.kind][state]

    def on_scan(self):
        """Return what is in reach."""
        if not self.sta.active:
            raise OSError("STA must be active")
        return [
            (
                "" if network.hidden else network.ssid,
                network.bssid,
                network.channel,
                network.rssi,
                _WPA2 if network.password else 0,
                network.hidden,
            )
            for network in sorted(self.networks, key=_rssi, reverse=True)
            if network.is_up
        ]

    def on_config(self, id, name):
        """Return a parameter."""
        interface = self.ap if id else self.sta
        name = _ALIASES.get(name, name)
        if name == "ssid" and not id:
            return self.joined.ssid if self.joined else (self._wanted[0] if self._wanted else "")
        if name in ("hostname", "dhcp_hostname"):
            return self._hostname
        if name not in interface.parameters or name == "password":
            raise ValueError("unknown config param")
        return interface.parameters[name]

    def on_configure(self, id, name, value):
        """Set a parameter."""
        interface = self.ap if id else self.sta
        name = _ALIASES.get(name, name)
        if name in ("hostname", "dhcp_hostname"):
            self.on_hostname(value)
            return
        if name not in interface.parameters:
            raise ValueError("unknown config param")
        if name == "ssid" and not 1 <= len(value) <= 32:
            raise ValueError("ssid: takes 1 to 32 characters")
        if name == "password" and value and not 8 <= len(value) <= 63:
            raise OSError("Wifi Invalid Password")
        interface.parameters[name] = value

    def on_ifconfig(self, id, addresses):
        """Return or set the addresses of an interface."""
        interface = self.ap if id else self.sta
        if addresses == "dhcp":
            interface.static = None
        elif addresses is not None:
            interface.static = addresses
        if interface.static:
            return interface.static
        if id:
            return ("192.168.4.1", "255.255.255.0", "192.168.4.1", "0.0.0.0")
        if self.state == "got_ip":
            return ("192.168.1.50", "255.255.255.0", "192.168.1.1", "192.168.1.1")
        return ("0.0.0.0", "0.0.0.0", "0.0.0.0", "0.0.0.0")

    def on_dhcp(self, id):
        """Tell whether the addresses come from a server, and have come."""
        return not id and self.sta.static is None and self.state == "got_ip"

    def on_webrepl(self, port):
        """Note that the WebREPL listens, or (None) no longer."""
        self.webrepl = port
        self._world.changed("webrepl", "port", port)


_ALIASES = {"essid": "ssid", "key": "password", "authmode": "security"}


def _rssi(network):
    return network.rssi


def _straight(host, port):
    return (host, port)
