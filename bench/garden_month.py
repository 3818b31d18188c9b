"""The program of the garden's month: a board and a clock for 32-bit MicroPython, and the module that looks."""

from . import device

# Takes the place of the board and of its clock, and is the module that looks: `month.Month` in config.json.
PROGRAM = (
    "import gc, json, os, select, sys\nimport time as real\n"
    + device.TAKEN
    + """
DAYS = int(sys.argv[2])
START = 1780272000 - (0 if real.gmtime(0)[0] == 1970 else 946684800)  # 2026-06-01
DRIFT_PPM = 20

class Warp:
    # What would be slept is skipped, while no packet is on its way; what the program takes counts as it does, and
    # what other programs of this PC take does not.
    skipped = 0
    hold = 0  # looks at the sockets for which time is real: an answer may come
    waits = lambda: False
    set_ms = 0  # what the clock is off

def ticks_ms():
    return real.ticks_add(int(real.clock() * 1000), Warp.skipped)

def skip(ms):
    if Pin.opened:
        for _ in range(min(ms, 1000) // 50):
            Pin.handler(None)
    Warp.skipped = real.ticks_diff(real.ticks_add(real.ticks_add(0, Warp.skipped), ms), 0)

class Clock:
    # Counts true time over the whole month, called more often than ticks wrap.
    last = None
    ms = 0
    def true_ms():
        now = ticks_ms()
        Clock.ms += real.ticks_diff(now, Clock.last)
        Clock.last = now
        return Clock.ms
    def time():
        ms = Clock.true_ms()
        return (ms + ms // 1000 * DRIFT_PPM // 1000 + Warp.set_ms) // 1000

class Names:
    pass
virtual = Names()
for name in dir(real):
    setattr(virtual, name, getattr(real, name))
virtual.ticks_ms = ticks_ms
virtual.sleep_ms = skip
virtual.time = Clock.time
sys.modules["time"] = virtual
Clock.last = ticks_ms()

class Poll:
    def __init__(self):
        self.poll_object = poll = real_poll()
        self.register = poll.register
        self.unregister = poll.unregister
        self.modify = poll.modify
    def poll(self, ms=-1):
        real_ms = 0
        if ms and (Warp.hold or Warp.waits()):
            real_ms = 2
        found = self.poll_object.poll(real_ms)
        if found:
            Warp.hold = 3
        elif real_ms:
            Warp.hold = max(0, Warp.hold - 1)
            skip(min(ms, 1) if ms > 0 else 1)
        elif ms > 0:
            # At rest to the turn of a second, where most that is due is due together.
            skip(ms if Pin.opened else ms + -(ticks_ms() + ms) % 1000)
        return found
    ipoll = poll
real_poll = select.poll
select_names = Names()
for name in dir(select):
    setattr(select_names, name, getattr(select, name))
select_names.poll = Poll
sys.modules["select"] = select_names
sys.modules["_asyncio"] = Names()  # nothing in it: the one in Python takes its place

class Pin:
    IN, OUT, PULL_UP, IRQ_RISING, IRQ_FALLING = 0, 1, 2, 1, 2
    opened = {}  # pin -> tick
    handler = None
    late_ms = 0
    runs = 0
    seconds = {}  # pin -> ms that it is to be open
    def __init__(self, id, mode=-1, pull=-1, value=None):
        self.id = id
        self.level = 1 if id == 32 else value or 0  # 32: no rain
    def value(self, level=None):
        if level is None:
            return self.level
        if level and not self.level:
            Pin.opened[self.id] = ticks_ms()
        elif self.level and not level:
            Pin.runs += 1
            late = real.ticks_diff(ticks_ms(), Pin.opened.pop(self.id)) - Pin.seconds.pop(self.id)
            Pin.late_ms = max(Pin.late_ms, late)
        self.level = level
    def irq(self, handler=None, trigger=0, hard=False):
        Pin.handler = handler

class RTC:
    def datetime(self, wanted):
        year, month, day, _, hour, minute, second, _ = wanted
        Warp.set_ms = 0
        Warp.set_ms = real.mktime((year, month, day, hour, minute, second, 0, 0)) * 1000 - Clock.time() * 1000

machine = Names()
machine.Pin = Pin
machine.RTC = RTC
machine.unique_id = lambda: b"\\x01\\x02\\x03\\x04\\x05\\x06"
machine.reset = lambda: sys.exit(9)
sys.modules["machine"] = machine

class WLAN:
    there = False
    def __init__(self, id=0):
        pass
    def active(self, on=None):
        return True
    def connect(self, ssid=None, key=None, bssid=None):
        WLAN.there = True
    def disconnect(self):
        WLAN.there = False
    def isconnected(self):
        return WLAN.there
    def status(self, what=None):
        return -60 if what else 1010 if WLAN.there else 1000
    def scan(self):
        return [(b"Home", b"123456", 6, -60, 3, False)]
    def config(self, *what, **values):
        return b"\\x02\\x00\\x00\\x00\\x00\\x01" if "mac" in what else "Home" if what else None
    def ifconfig(self, addresses=None):
        return ("127.0.0.1", "255.255.255.0", "127.0.0.1", "127.0.0.1")

network = Names()
network.WLAN = WLAN
network.STA_IF, network.AP_IF = 0, 1
network.STAT_IDLE, network.STAT_CONNECTING, network.STAT_GOT_IP = 1000, 1001, 1010
network.hostname = network.country = lambda name=None: name
sys.modules["network"] = network

import modcore
import modcore.aio
from modcore import Module
from plugins.sysinfo.heap import largest_block

async def sleep(self, ms):
    # Without the nap in which interrupts and threads are looked for: there are none here.
    self._sleeping = self.task
    try:
        await modcore.aio.asyncio.sleep_ms(ms)
    finally:
        self._sleeping = None
modcore.aio.Aio.sleep = sleep

class Month(Module):
    defaults = {"time_port": 0}

    def start(self):
        import socket
        self.day = 0
        self.first = None
        self.faults = []
        self.steps = 0
        config = self.kernel.config["valves"]["valves"]
        self.pins = {str(valve["id"]): valve["pin"] for valve in config}
        self.listen("$valves/begun", self.begun)
        self.listen("$error/+", self.fault)
        self.listen("ntp/offset", self.step)
        bridge = self.kernel.modules["mqtt"]
        Warp.waits = lambda: not bridge.connected or bridge.session.ping_sent
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(socket.getaddrinfo("127.0.0.1", self.config["time_port"])[0][-1])
        sock.setblocking(False)
        self.watch(sock, select.POLLIN, self.tell_time)
        self.every(60000, self.look)

    def tell_time(self, sock, events):
        packet, address = sock.recvfrom(48)
        ms = Clock.true_ms()
        seconds = (START + ms // 1000 + EPOCH_S + 2208988800) & 0xFFFFFFFF
        answer = bytearray(48)
        answer[0], answer[1] = 0x24, 1
        answer[24:32] = packet[40:48]
        fraction = (ms % 1000 << 32) // 1000
        for at in (32, 40):
            answer[at : at + 4] = seconds.to_bytes(4, "big")
            answer[at + 4 : at + 8] = fraction.to_bytes(4, "big")
        sock.sendto(answer, address)

    def begun(self, topic, value):
        Pin.seconds[self.pins[value["valve"]]] = value["ms"]

    def fault(self, topic, value):
        if value:
            self.faults.append(topic + " " + str(value))

    def step(self, topic, value):
        self.steps += 1

    def look(self):
        day = Clock.true_ms() // 86400000
        if day == self.day:
            return
        self.day = day
        self.kernel.relieve()
        found = [taken(), largest_block()]
        print("day", day, found)
        if self.first is None:
            self.first = found
        if day == DAYS:
            print(json.dumps([self.first, found, Pin.late_ms, Pin.runs, self.steps, self.faults]))
            self.kernel.stop()

EPOCH_S = 0 if real.gmtime(0)[0] == 1970 else 946684800
modcore.main()
"""
)
