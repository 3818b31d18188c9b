"""The bridge beside bare umqtt.simple: messages per second, and how long a command takes to become a state.

The two run in turn in one run, on 32-bit MicroPython against one mosquitto; the figures are the best of five.
"""

import queue
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import paho.mqtt.client as paho

from host import toolchain

from . import device

_ROUNDS = 5
_MESSAGES = 20000
_COMMANDS = 300
_PATIENCE_S = 60

# Each tells `bench/ready`, answers commands with a state, and when it gets `go` publishes _MESSAGES on `bench/out`,
# which nobody hears, and on `bench/took` how many ms that took.
_BARE = """
import sys, time
from umqtt.simple import MQTTClient

def on_message(topic, payload):
    if payload == b"go":
        begin = time.ticks_ms()
        for i in range(count):
            client.publish(b"bench/out", str(i).encode())
        client.publish(b"bench/took", str(time.ticks_diff(time.ticks_ms(), begin)).encode())
    else:
        client.publish(b"bench/lamp/level", payload, True)

port, count = [int(word) for word in sys.argv[1:]]
client = MQTTClient("bare", "127.0.0.1", port)
client.set_callback(on_message)
client.connect()
client.sock.setsockopt(6, 1, 1)  # TCP_NODELAY, as the bridge has it: else Nagle is measured
client.subscribe(b"bench/lamp/level/set")
client.publish(b"bench/ready", b"1", True)
while True:
    client.wait_msg()
"""
_BRIDGE = """
import sys, time
from modcore import Kernel, Module
from plugins.mqtt import Mqtt

class Lamp(Module):
    left = 0

    def start(self):
        self.listen("lamp/level/set", self.on_command)
        self.listen("mqtt/connected", self.on_connected)

    def on_connected(self, topic, connected):
        if connected:
            self.kernel.modules["mqtt"].publish("bench/ready", 1, True)

    def on_command(self, topic, value):
        if value == "go":
            self.left = count
            self.begin = time.ticks_ms()
        else:
            self.publish("lamp/level", value, True)

    def loop(self):
        if not self.left:
            return 60000
        mqtt = self.kernel.modules["mqtt"]
        while self.left and len(mqtt.session.store) < 16:
            mqtt.publish("bench/out", count - self.left)
            self.left -= 1
        if not self.left:
            mqtt.publish("bench/took", time.ticks_diff(time.ticks_ms(), self.begin))
        return 0

port, count = [int(word) for word in sys.argv[1:]]
settings = {"host": "127.0.0.1", "port": port, "base": "bench"}
kernel = Kernel({"name": "bench", "log": {"level": "warning"}, "mqtt": settings})
kernel.add(Mqtt())
kernel.add(Lamp())
kernel.run()
"""


def run(report):
    """The bridge beside bare umqtt.simple, in turn."""
    figures = {_BARE: [], _BRIDGE: []}
    with tempfile.TemporaryDirectory(prefix="modcore-mqtt-") as folder, device.library() as library:
        for _ in range(_ROUNDS):
            for program in (_BARE, _BRIDGE):
                figures[program].append(_measure(library, Path(folder), program))
    bare, ours = ([max(rates), min(waits)] for rates, waits in (zip(*figures[p]) for p in (_BARE, _BRIDGE)))
    report.row("bare umqtt.simple: publishes", bare[0], "per s")
    report.row("the bridge: publishes", ours[0], "per s")
    report.row("the bridge over the bare one", ours[0] / bare[0], "times", goal=0.8)
    report.row("bare umqtt.simple: command to state, median", bare[1], "ms")
    report.row("the bridge: command to state, median", ours[1], "ms")
    report.row("the bridge over the bare one", ours[1] / bare[1], "times", budget=2)


def _measure(library, folder, program):
    """(publishes per s, median ms of a command) of one program, with a broker of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = folder / "mosquitto.conf"
    text = "listener {} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\n"
    settings.write_text(text.format(port))
    broker = subprocess.Popen(
        [toolchain.tool("mosquitto"), "-c", str(settings)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    one = None
    heard = queue.Queue()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.on_message = lambda client, data, message: heard.put(
        (message.topic, time.monotonic() if message.topic != "bench/took" else int(message.payload))
    )
    # Without this Nagle is measured.
    client.on_socket_open = lambda client, data, sock: sock.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )
    try:
        _connect(client, port)
        client.subscribe([("bench/ready", 0), ("bench/took", 0), ("bench/lamp/level", 0)])
        client.loop_start()
        one = device.start(library, program, port, _MESSAGES)
        _next(heard, "bench/ready")
        waits = []
        for i in range(_COMMANDS):
            begin = time.monotonic()
            client.publish("bench/lamp/level/set", str(i))
            waits.append((_next(heard, "bench/lamp/level") - begin) * 1000)
        client.publish("bench/lamp/level/set", "go")
        return 1000 * _MESSAGES / _next(heard, "bench/took"), statistics.median(waits)
    finally:
        client.loop_stop()
        for process in (one, broker):
            if process:
                process.kill()
                process.wait()


def _connect(client, port):
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            client.connect("127.0.0.1", port)
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _next(heard, topic):
    while True:
        found, moment = heard.get(timeout=_PATIENCE_S)
        if found == topic:
            return moment
