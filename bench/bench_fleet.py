"""A fleet: many devices on one broker, a command a second for each.

`FLEET_DEVICES`, `FLEET_SECONDS` (200, 120) say how many and how long. The devices are kernels in a few processes of
32-bit MicroPython, since this machine has not the memory for a process each.
"""

import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import paho.mqtt.client as paho

from host import toolchain

from . import device
from .http_load import free_port

_PROCESSES = 10
_PATIENCE_S = 120

# A process of devices; what stands in its place says what a Lamp does, and with which `settings(i, ports)` of MQTT.
_DEVICES = """
import asyncio, sys
from modcore import Kernel, Module
from plugins.mqtt import Mqtt
{}
first, count = [int(word) for word in sys.argv[1:3]]
kernels = []
for i in range(first, first + count):
    name = "unit%03d" % i
    mqtt = dict(settings(i, sys.argv[3:]), client_id=name, qos=1)
    kernel = Kernel({{"name": name, "log": {{"level": "warning"}}, "mqtt": mqtt}})
    kernel.add(Mqtt())
    kernel.add(Lamp())
    kernels.append(kernel)

async def main():
    await asyncio.gather(*[kernel.serve() for kernel in kernels])

asyncio.run(main())
"""
_LAMP = """
class Lamp(Module):
    def start(self):
        self.property("level", "number", value=0, set=self.turn)

    def turn(self, property, value):
        property.value = value

def settings(i, ports):
    return {"host": "127.0.0.1", "port": int(ports[0])}
"""


def run(report):
    """Many devices on one broker, a command a second for each."""
    devices = int(os.environ.get("FLEET_DEVICES", 200))
    seconds = int(os.environ.get("FLEET_SECONDS", 120))
    with tempfile.TemporaryDirectory(prefix="modcore-fleet-") as folder, device.library() as library:
        port = free_port()
        settings = Path(folder) / "mosquitto.conf"
        settings.write_text(
            "listener {} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n".format(port)
        )
        command = [toolchain.tool("mosquitto"), "-c", str(settings)]
        broker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        fleet = []
        try:
            wait(lambda: _listens(port), "the broker")
            share = -(-devices // _PROCESSES)
            for first in range(0, devices, share):
                count = min(share, devices - first)
                fleet.append(start_devices(library, _LAMP, first, count, port))
            with _Commander(port) as commander:
                wait(lambda: len(commander.online) == devices, "all devices")
                before = cpu_s(broker.pid), sum(cpu_s(one.pid) for one in fleet)
                commander.run(devices, seconds)
                after = cpu_s(broker.pid), sum(cpu_s(one.pid) for one in fleet)
                _tell(report, commander, devices, seconds)
            share_of_core = (after[0] - before[0]) / seconds
            report.row("broker: of one core", 100 * share_of_core, "%")
            report.row("broker: of one core, per device", 1000 * share_of_core / devices, "ms/s")
            report.row("broker: memory", rss_kb(broker.pid) / 1024, "MB")
            report.row("device: of one core", 1000 * (after[1] - before[1]) / seconds / devices, "ms/s")
            report.row("device: memory", sum(rss_kb(one.pid) for one in fleet) / devices, "KB")
        finally:
            for one in fleet + [broker]:
                one.kill()
                one.wait()


def _tell(report, commander, devices, seconds):
    waits = sorted(commander.waits_ms)
    report.row("devices", devices)
    report.row("commands sent", commander.sent)
    report.row("commands lost", commander.sent - len(waits), budget=0)
    report.row("command to state, median", statistics.median(waits), "ms")
    report.row("command to state, 99th percentile", waits[len(waits) * 99 // 100], "ms")


class _Commander:
    """Sends commands in even steps, and measures how long each takes to become a state."""

    def __init__(self, port):
        self.online = set()
        self.waits_ms = []
        self.sent = 0
        self._begun = {}  # (device, value) -> when it was sent
        self._lock = threading.Lock()
        self._client = client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        client.max_inflight_messages_set(10000)
        client.on_message = self._on_message
        client.on_connect = lambda *_: client.subscribe(
            [("modcore/+/status", 0), ("modcore/+/lamp/level", 0)]
        )
        # Without this Nagle is measured.
        client.on_socket_open = lambda client, data, sock: sock.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        client.connect("127.0.0.1", port)
        client.loop_start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, client, data, message):
        now = time.monotonic()
        _, name, rest = message.topic.split("/", 2)
        if rest == "status":
            if message.payload == b"online":
                self.online.add(name)
            return
        with self._lock:
            begun = self._begun.pop((name, message.payload), None)
        if begun is not None:
            self.waits_ms.append((now - begun) * 1000)

    def run(self, devices, seconds):
        """Send each device a command a second; returns when all have become states, or will not any more."""
        begin = time.monotonic()
        for second in range(1, seconds + 1):
            for i in range(devices):
                due = begin + second - 1 + i / devices
                time.sleep(max(0, due - time.monotonic()))
                name, value = "unit{:03d}".format(i), str(second).encode()
                with self._lock:
                    self._begun[name, value] = time.monotonic()
                self._client.publish("modcore/{}/lamp/level/set".format(name), value, qos=1)
                self.sent += 1
        end = time.monotonic() + 10
        while self._begun and time.monotonic() < end:
            time.sleep(0.05)


def start_devices(library, lamp, first, count, *ports):
    """Start a process with `count` devices, from the number `first` on; lamp: what they do, see _DEVICES."""
    return device.start(library, _DEVICES.format(lamp), first, count, *ports, heap="4M")


def wait(condition, what):
    """Wait until `condition()` is true; RuntimeError: it takes minutes."""
    end = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError("{}: not within {} s".format(what, _PATIENCE_S))
        time.sleep(0.05)


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def cpu_s(pid):
    """The seconds of a core that a process has used."""
    fields = Path("/proc/{}/stat".format(pid)).read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_kb(pid):
    """The memory of a process."""
    return int(Path("/proc/{}/statm".format(pid)).read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
