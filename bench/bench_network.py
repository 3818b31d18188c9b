"""The network's plugins: heap beside what their manifests ask for."""

import json

from . import device

# What hardware has and this machine has not: a radio that joins at once, or (JOINS = False) never.
RADIO = """
JOINS = True
class WLAN:
    SEC_WPA2 = 3
    def __init__(self, id):
        self.wanted = False
    def active(self, on=None):
        return True
    def config(self, *name, **values):
        return ""
    def connect(self, *words, **named):
        self.wanted = True
    def disconnect(self):
        self.wanted = False
    def isconnected(self):
        return self.wanted and JOINS
    def status(self, name=None):
        if name == "rssi" and not self.isconnected():
            raise OSError
        return -60 if name else 1001
    def ifconfig(self, addresses=None):
        return ("192.168.1.50", "255.255.255.0", "192.168.1.1", "127.0.0.1")
    def scan(self):
        return [(b"Network %d" % i, b"123456", 1, -40 - i, 3, False) for i in range(12)]
STA_IF, AP_IF, STAT_GOT_IP = 0, 1, 1010
def hostname(name=None):
    return name
"""
_BOARD = (
    "import gc, json, random, select, socket, sys, time\n"
    + RADIO
    + """
class Network:
    STA_IF, AP_IF, STAT_GOT_IP = 0, 1, 1010
    hostname = lambda name: None
Network.WLAN = WLAN
class Machine:
    unique_id = lambda: b"123456"
sys.modules["network"] = Network
sys.modules["machine"] = Machine

def deep(n):
    return n and [deep(n - 1)] and 0
def taken():
    # What lies stale on the stack keeps nothing alive: it is written over.
    deep(40)
    gc.collect()
    return gc.mem_alloc()
from modcore import Kernel, Module
class Lamp(Module):
    def start(self):
        self.property("on", "switch", value=False, set=self.turn)
        self.every(1000, self.tick)
        sock = socket.socket()
        self.watch(sock, select.POLLIN, self.turn)
        self.unwatch(sock)
    def turn(self, property, on):
        property.value = on
    def tick(self):
        pass
kernel = Kernel({"wlan": {"networks": ["Home", "Shed"]}, "ntp": {"hosts": ["127.0.0.1:21998"], "timeout_ms": 60000},
    "tz": {"zone": "CET-1CEST,M3.5.0,M10.5.0/3"}, "softap": {"dns_port": 0}, "log": {"level": "critical"}})
peak = 0
def settle(ms):
    global peak
    end = time.ticks_add(time.ticks_ms(), ms)
    while time.ticks_diff(end, time.ticks_ms()) > 0:
        kernel.step()
        time.sleep_ms(2)
        peak = max(peak, taken())
kernel.add(Lamp())
kernel.log.info("")
settle(50)
"""
)

_END = """
settle(100)
print(json.dumps([taken() - before, peak - before]))
"""

_WLAN = "from plugins.wlan import Wlan\nkernel.add(Wlan())\nsettle(700)\n"
# What runs before the measuring begins, and what is measured.
_USES = {
    "dns": (
        "",
        "from plugins.dns import Resolver\n"
        "resolver = Resolver(kernel.modules['lamp'])\n"
        "resolver.find('a.example', print)\n",
    ),
    "tz": ("", "from plugins.tz import Tz\nkernel.add(Tz())\n"),
    "ntp": (  # its server never answers
        "sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "sock.bind(socket.getaddrinfo('127.0.0.1', 21998)[0][-1])\n",
        "from plugins.ntp import Ntp\nkernel.add(Ntp())\n",
    ),
    "wlan": ("", "JOINS = False\n" + _WLAN + "JOINS = True\nsettle(700)\n"),
    "softap": (
        _WLAN + "from plugins.http import Site, Router\nsite = Site()\n",
        "from plugins.softap import Softap\nkernel.add(Softap())\nsettle(100)\n"
        "kernel.modules['softap'].open()\nsettle(200)\n",
    ),
}


def run(report):
    """Network plugins, heap on 32-bit MicroPython from .mpy: running, and at most beside the manifest."""
    with device.library() as library:
        for name in sorted(_USES):
            before, use = _USES[name]
            program = _BOARD + before + "\nsettle(50)\nbefore = peak = taken()\n" + use + _END
            now, most = device.run(library, program)
            minimum = json.loads((device.ROOT / "plugins" / name / "plugin.json").read_text())["minimum"][
                "heap"
            ]
            report.row("%s, running" % name, now / 1024, "KB")
            report.row("%s, at most" % name, most / 1024, "KB", budget=minimum / 1024)
