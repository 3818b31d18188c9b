"""The bridge beside two clients: messages per second, and how long a command takes to become a state.

They are umqtt.simple, and mqtt_async, the descendant of mqtt_as that a registry has. All run in turn in one run, on
32-bit MicroPython against one mosquitto; the figures are the best of five.
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
from .http_load import free_port

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
_MQTT_ASYNC = """
import asyncio, sys, time

class Wired:
    # Stands for the radio that it looks after.
    def isconnected(self):
        return True

class Firmware:
    STA_IF = 0
    unique_id = lambda: b"bench"
    WLAN = lambda number: Wired()

sys.modules["machine"] = sys.modules["network"] = Firmware
sys.modules["uasyncio"] = asyncio
import mqtt_async
from mqtt_async import MQTTClient, config

port, count = [int(word) for word in sys.argv[1:]]

async def open_connection(address):
    stream = (await asyncio.open_connection("127.0.0.1", port))[0]
    stream.s.setsockopt(6, 1, 1)  # TCP_NODELAY, as the bridge has it
    return stream

mqtt_async.open_connection = open_connection

async def on_message(topic, payload, retained, qos):
    if payload == b"go":
        asyncio.create_task(publish())
    else:
        await client.publish(b"bench/lamp/level", payload, True)

async def publish():
    begin = time.ticks_ms()
    for i in range(count):
        await client.publish(b"bench/out", str(i).encode())
    await client.publish(b"bench/took", str(time.ticks_diff(time.ticks_ms(), begin)).encode())

async def main():
    await client.connect()
    await client.subscribe(b"bench/lamp/level/set")
    await client.publish(b"bench/ready", b"1", True)
    while True:
        await asyncio.sleep(1)

config["server"], config["port"], config["subs_cb"] = "127.0.0.1", port, on_message
client = MQTTClient(config)
asyncio.run(main())
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


_PROGRAMS = (("umqtt.simple", _BARE), ("mqtt_async", _MQTT_ASYNC), ("the bridge", _BRIDGE))


def run(report):
    """The bridge beside umqtt.simple and mqtt_async, in turn."""
    figures = {name: [] for name, _ in _PROGRAMS}
    extra = Path(toolchain.cache_folder()) / "lib" / "mqtt_async.py"
    with tempfile.TemporaryDirectory(prefix="modcore-mqtt-") as folder, device.library(extra) as library:
        for _ in range(_ROUNDS):
            for name, program in _PROGRAMS:
                figures[name].append(_measure(library, Path(folder), program))
    rates = {name: max(rate for rate, _ in found) for name, found in figures.items()}
    waits = {name: min(wait for _, wait in found) for name, found in figures.items()}
    for name, _ in _PROGRAMS:
        report.row(name + ": publishes", rates[name], "per s")
    report.row("the bridge over umqtt.simple", rates["the bridge"] / rates["umqtt.simple"], "times", goal=0.8)
    report.row("the bridge over mqtt_async", rates["the bridge"] / rates["mqtt_async"], "times")
    for name, _ in _PROGRAMS:
        report.row(name + ": command to state, median", waits[name], "ms")
    report.row("the bridge over umqtt.simple", waits["the bridge"] / waits["umqtt.simple"], "times", budget=2)
    report.row("the bridge over mqtt_async", waits["the bridge"] / waits["mqtt_async"], "times")


def _measure(library, folder, program):
    """(publishes per s, median ms of a command) of one program, with a broker of its own."""
    port = free_port()
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
