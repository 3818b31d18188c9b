"""Random commands over MQTT and random WebSocket frames, the same each time, break nothing."""

# heap: 512K
# timeout: 120

import random

from http_wire import Wire, request, site_with
from test_full_heap_mqtt import House

from modcore import Module
from plugins.http import Router
from plugins.http_websocket import websocket

KINDS = "light cover fan lock climate date time datetime alarm_control_panel button text".split()
PAYLOADS = (
    b"true",
    b"08",
    b"1e400",
    b'""',
    b"{}",
    b'{"state": true, "brightness": 300}',
    b'{"ssid": "y", "password": "x"}',
    b"[1 2]",
    b"NaN",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b'"\\ud800"',
    b"OPEN",
    b"9" * 70,
    b"[" * 20,
    b"x" * 300,
    b"2026-13-45",
    b"25:61",
    b"a\nb",
    b"1.5",
)
LEVELS = b"all lamp mqtt $http $log + # .. a\x01 \xef\xbf\xbf \xff set".split(b" ") + [b""]


class All(Module):
    """A property of each kind, and somebody who listens to all commands."""

    def start(self):
        for kind in KINDS:
            self.property(kind, kind, set=lambda property, value: None)
        self.property("number", "number", 1, min=0, max=100, set=lambda property, value: None)
        self.property("select", "select", "a", options=["a", "1"], set=lambda property, value: None)
        self.listen("+/+/set", lambda topic, value: None)
        self.listen("#", self.on_event)

    def on_event(self, topic, value):
        assert topic[0] != "$"


class Dice:
    """Random numbers, the same on every run of a runtime."""

    def __init__(self, seed):
        random.seed(seed)

    def __call__(self, most):
        return random.getrandbits(16) % most

    def of(self, choices):
        return choices[self(len(choices))]

    def octets(self, count):
        return bytes([self(256) for _ in range(count)])


def packet_of(kind, topic, payload):
    """A PUBLISH whose topic is bytes of any kind."""
    content = bytes((0, len(topic))) + topic + payload
    size = len(content)
    return bytes((kind, size & 127 | 128, size >> 7) if size > 127 else (kind, size)) + content


def test_random_commands_leave_a_bridge_that_obeys():
    house = House()
    every = house.kernel.add(All("all"))
    house.settle()
    dice = Dice(7)
    names = [name.encode() for name in sorted(every.properties)]
    for _ in range(400):
        if dice(2):
            topic = b"modcore/house/all/" + dice.of(names) + b"/set"
        else:
            topic = (
                b"modcore/house/"
                + b"/".join([dice.of(LEVELS) for _ in range(dice(5))])
                + dice.of((b"/set", b""))
            )
        payload = dice.of(PAYLOADS) if dice(4) else dice.octets(dice(40))
        packet = packet_of(dice.of((0x30, 0x30, 0x30, 0x31, 0x34)), topic, payload)
        house.say(packet)
        for _ in range(3):
            house.turn(2 if house.bridge.connected else 50)
        for id in ("mqtt", "all"):
            assert house.kernel.modules[id].state == "RUNNING", (
                topic,
                payload,
                house.kernel.bus.get("$error/" + id),
            )
    house.settle()
    house.obeys()
    house.broker.close()


def frame(dice):
    """A frame as it should not be: some flag, length, mask or text is mostly wrong."""
    count = dice.of((0, 1, 5, 125, 126, 127, 300, 5000))
    body = dice.of(
        (b"a" * count, dice.octets(min(count, 200)), b"\x03\xe8" + b"x" * count, b"\0\0", b"\xff\xff\xc3")
    )
    size = dice.of((len(body),) * 6 + (len(body) + 1, 1 << 30))
    mask = 128 * dice.of((1,) * 9 + (0,))
    out = bytearray((dice.of((128, 128, 0, 192)) | dice.of((0, 1, 1, 2, 8, 9, 10, 3)),))
    if size < 126:
        out.append(mask | size)
    elif size < 65536:
        out.extend(bytes((mask | 126, size >> 8, size & 255)))
    else:
        out.extend(bytes((mask | 127, 0, 0, 0, 0, size >> 24, size >> 16 & 255, size >> 8 & 255, size & 255)))
    if mask:
        out.extend(b"\0\0\0\0")
    return bytes(out) + body


def test_random_frames_end_a_websocket_in_order():
    web = Router()

    @web.get("/ws")
    @websocket
    def echo(ws):
        while True:
            message = yield from ws.receive(5000)
            if message is None:
                return
            yield from ws.send(message)

    failures = []
    site = site_with(web, body_bytes=4000)
    site.log = failures.append
    headers = [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    dice = Dice(3)
    for _ in range(300):
        wire = Wire(site)
        assert wire(request("GET", "/ws", headers)).startswith(b"HTTP/1.1 101")
        data = b"".join([frame(dice) for _ in range(1 + dice(4))])
        while data and not wire.closed:
            size = 1 + dice(900)
            wire(data[:size])
            data = data[size:]
        if dice(2) and not wire.closed:
            wire(b"", -1)
        for _ in range(30):
            if not wire.closed:
                wire.expire()
        assert wire.closed and not site.open_connections
    assert not failures, failures[0]
