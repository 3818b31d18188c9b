"""A cluster of three NATS nodes, one of which is killed under load and comes back: QoS 1 loses nothing.

`CLUSTER_DEVICES`, `CLUSTER_SECONDS` (30, 60) say how many devices and how long. Each has the three nodes as its list of
brokers, a third of them each first, a persistent session, and answers every command with an event.
"""

import os
import statistics
import tempfile
import threading
import time

import paho.mqtt.client as paho

from . import device
from .bench_fleet import cpu_s, rss_kb, start_devices, wait
from .nats import Cluster

_PROCESSES = 3
_AFTERWARDS_S = 60

_LAMP = """
class Lamp(Module):
    def start(self):
        self.listen("lamp/level/set", self.on_command)

    def on_command(self, topic, value):
        self.publish("lamp/heard", value)

def settings(i, ports):
    brokers = ["127.0.0.1:" + port for port in ports]
    turn = i % len(brokers)
    return {"host": brokers[turn:] + brokers[:turn], "keepalive_s": 10, "persistent": True, "queue": 200}
"""


def run(report):
    """Devices on a cluster of three NATS nodes, one of which is killed."""
    devices = int(os.environ.get("CLUSTER_DEVICES", 30))
    seconds = int(os.environ.get("CLUSTER_SECONDS", 60))
    figures = measure(devices, seconds)
    report.row("devices", devices)
    report.row("commands of QoS 1", figures["sent"])
    report.row("events of QoS 1 lost", figures["lost"], budget=0)
    report.row("devices with events out of order, over the kill", figures["disorder"])
    report.row("command to event, median", figures["median_ms"], "ms")
    report.row("command to event, 99th percentile", figures["p99_ms"], "ms")
    report.row("command to event, longest, over the kill", figures["longest_ms"], "ms")
    report.row("a node: of one core", 100 * figures["cpu_s"] / seconds / 3, "%")
    report.row("a node: memory", figures["rss_kb"] / 1024, "MB")


def measure(devices, seconds):
    """Start all, send each device a command a second, kill a node in the midst; the figures, a dict."""
    with tempfile.TemporaryDirectory(prefix="modcore-cluster-") as folder, device.library() as library:
        with Cluster(folder) as cluster:
            fleet = []
            share = -(-devices // _PROCESSES)
            commander = _Commander(cluster.ports[0], devices)
            try:
                for first in range(0, devices, share):
                    count = min(share, devices - first)
                    fleet.append(start_devices(library, _LAMP, first, count, *cluster.ports))
                # A device is there when it is subscribed: a node that has no leader yet refuses that for now.
                wait(commander.all_answer, "all devices")
                before = sum(cpu_s(cluster.pid(index)) for index in (0, 1))
                commander.run(seconds // 3)
                cluster.kill(2)
                commander.run(seconds // 3)
                cluster.start(2)
                commander.run(seconds // 3)
                figures = commander.figures(_AFTERWARDS_S)
                cpu = sum(cpu_s(cluster.pid(index)) for index in (0, 1)) - before
                return dict(figures, cpu_s=cpu * 3 / 2, rss_kb=rss_kb(cluster.pid(0)))
            finally:
                commander.stop()
                for one in fleet:
                    one.kill()
                    one.wait()


class _Commander:
    """Sends every device numbers, one a second, and notes which come back when."""

    def __init__(self, port, devices):
        self._ready = set()
        self._devices = devices
        self._sent = {}  # (name, number) -> when
        self._heard = {}  # name -> numbers, in the order in which they came for the first time
        self._waits_ms = []
        self._number = 0
        self._lock = threading.Lock()
        self._client = client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, "commander", clean_session=False, protocol=paho.MQTTv311
        )
        client.max_inflight_messages_set(1000)
        client.on_message = self._on_message
        client.on_connect = lambda *_: client.subscribe(("modcore/+/lamp/heard", 1))
        client.connect("127.0.0.1", port)
        client.loop_start()

    def stop(self):
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, client, data, message):
        name = message.topic.split("/")[1]
        number = int(message.payload)
        if not number:
            self._ready.add(name)
            return
        with self._lock:
            heard = self._heard.setdefault(name, [])
            if number not in heard:
                heard.append(number)
                self._waits_ms.append((time.monotonic() - self._sent[name, number]) * 1000)

    def all_answer(self):
        """Tell whether every device has answered; those that have not are asked again."""
        for name in {_name(i) for i in range(self._devices)} - self._ready:
            self._send(name, 0)
        time.sleep(2)
        return len(self._ready) == self._devices

    def _send(self, name, number):
        self._client.publish("modcore/{}/lamp/level/set".format(name), str(number), qos=1)

    def run(self, seconds):
        """Send every device a number a second, evenly spread."""
        begin = time.monotonic()
        for second in range(seconds):
            self._number += 1
            for i in range(self._devices):
                time.sleep(max(0, begin + second + i / self._devices - time.monotonic()))
                with self._lock:
                    self._sent[_name(i), self._number] = time.monotonic()
                self._send(_name(i), self._number)

    def figures(self, patience_s):
        """The figures, when all has come back or will not any more."""
        end = time.monotonic() + patience_s
        while len(self._waits_ms) < len(self._sent) and time.monotonic() < end:
            time.sleep(0.1)
        waits = sorted(self._waits_ms)
        return {
            "sent": len(self._sent),
            "lost": len(self._sent) - len(waits),
            "disorder": sum(heard != sorted(heard) for heard in self._heard.values()),
            "median_ms": statistics.median(waits),
            "p99_ms": waits[len(waits) * 99 // 100],
            "longest_ms": waits[-1],
        }


def _name(number):
    return "unit{:03d}".format(number)
