"""Nothing of quality 1 is lost or comes out of order, however often the broker goes; what is lost is counted."""

import os
import random
import re
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from peers import Mqtt
from processes import Mosquitto, eventually

BASE = "modcore/counter/"
KILLS = 20
PER_SECOND = 50

# Counts up on the bus while it is told to, keeps the count as state, and prints each number that it is sent.
COUNTER = """
from modcore import Module


class Counter(Module):
    def start(self):
        self.sent = 0
        self.property("count", "sensor", 0)
        self.property("running", "switch", False, self.run_or_rest)
        self.listen("counter/in/set", lambda topic, value: print("in", value))
        self.every(20, self.tick)

    def run_or_rest(self, property, value):
        property.value = value

    def tick(self):
        if self.properties["running"].value:
            self.sent += 1
            self.publish("counter/out", self.sent)
            self.properties["count"].value = self.sent
"""


class Saving(Mosquitto):
    """A Mosquitto that is killed only when it has saved all that it has acknowledged.

    It acknowledges first and saves then: what it forgets of those moments no device can know.
    """

    def __init__(self, folder, port, memory, settings):
        super().__init__(folder, port, settings)
        self._memory = memory

    def kill(self):
        """End it at once, at the next moment at which nothing that it owes is unsaved."""
        while self.running and not self._has_saved():
            self.signal(signal.SIGCONT)
            time.sleep(0.002)
        return super().kill()

    def _has_saved(self):
        self.signal(signal.SIGSTOP)
        state = Path("/proc/{}/stat".format(self.process.pid))
        eventually(lambda: state.read_text().rpartition(")")[2].split()[0] in "TZ", "the stop")
        with open(self.log, "rb") as log:
            log.seek(max(0, os.path.getsize(self.log) - 10000))
            said = log.read()
        unfinished = (self._memory / "mosquitto.db.new").exists()
        return said.rfind(b"Sending PUBACK") < said.rfind(b"Saving in-memory") and not unfinished


@pytest.fixture
def broker(tmp_path, free_port):
    """A Mosquitto that saves all that it has with every change."""
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    # It writes all that it has, and waits for the disk, with each change.
    memory = Path(tempfile.mkdtemp(prefix="modcore-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
    settings = (
        "allow_anonymous true",
        "persistence true",
        "persistence_location {}/".format(memory),
        "autosave_on_changes true",
        "autosave_interval 1",
        "max_queued_messages 0",
        "user root",
    )
    started = Saving(folder, free_port(), memory, settings).start()
    yield started
    started.stop()
    shutil.rmtree(str(memory))


class Peer:
    """A client with a session that lasts: counts up towards the device, and keeps the numbers that come from it."""

    def __init__(self, port):
        self.heard = []
        self.sent = 0
        self.state = None
        self._running = threading.Event()
        self._acknowledged = threading.Event()
        self._client = client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, "peer", clean_session=False, protocol=paho.MQTTv311
        )
        client.max_inflight_messages_set(1000)
        client.reconnect_delay_set(1, 1)
        client.on_connect = lambda *_: client.subscribe(
            [(BASE + "counter/out", 1), (BASE + "counter/count", 0)]
        )
        client.on_message = self._on_message
        client.on_publish = lambda *_: self._acknowledged.set()
        client.connect("127.0.0.1", port)
        client.loop_start()

    def _on_message(self, client, data, message):
        if message.topic.endswith("/out"):
            self.heard.append(int(message.payload))
        else:
            self.state = int(message.payload)

    def run(self):
        """Begin to count."""
        self._running.set()
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while self._running.is_set():
            self.sent += 1
            # One after the other: after a new connection paho sends what is new before what had to wait.
            self._acknowledged.clear()
            self._client.publish(BASE + "counter/in/set", self.sent, qos=1)
            time.sleep(1 / PER_SECOND)
            self._acknowledged.wait(60)

    def rest(self):
        """Count no more."""
        self._running.clear()

    def stop(self):
        """Leave."""
        self._running.clear()
        self._client.loop_stop()


def boot(device, broker, runtime, **settings):
    config = {
        "name": "counter",
        "plugins": ["mqtt"],
        "modules": ["counter"],
        "queue": 64,
        "mqtt": dict({"host": "broker.local", "client_id": "counter"}, **settings),
    }
    return device(config=config, files={"counter.py": COUNTER}, broker=broker, runtime=runtime, heap="384K")


def command(broker, topic, payload):
    with Mqtt(broker.port, BASE + "status") as peer:
        peer.wait(BASE + "status", "online", 30)
        peer.publish(BASE + topic, payload, qos=1)


def kill_often(broker, seed, end=None):
    """Have the broker go at random moments, by `end` (its stop or kill), and come back."""
    moments = random.Random(seed)
    for _ in range(KILLS):
        time.sleep(moments.uniform(0.2, 2.5))
        (end or broker.stop)()
        time.sleep(moments.uniform(0, 0.5))
        broker.start()


def in_order(numbers):
    """Return the numbers that came for the first time; fail when one came that is not the next one."""
    found = []
    for number in numbers:
        if not found or number > found[-1]:
            found.append(number)
    return found


def test_no_message_of_quality_1_is_lost_when_the_broker_is_killed_twenty_times(device, broker):
    board = boot(device, broker, "micropython32", qos=1, persistent=True, queue=400)
    peer = Peer(broker.port)
    try:
        command(broker, "counter/running/set", "true")
        peer.run()
        kill_often(broker, 12, broker.kill)
        peer.rest()
        command(broker, "counter/running/set", "false")
        eventually(lambda: peer.heard and peer.heard[-1] == peer.state, "the last event", 60)
        assert in_order(peer.heard) == list(range(1, peer.state + 1))

        def arrived():
            return [int(text) for text in re.findall(r"^in (\d+)", board.text, re.M)]

        eventually(lambda: arrived() and arrived()[-1] == peer.sent, "the last command", 60)
        assert in_order(arrived()) == list(range(1, peer.sent + 1))
        assert peer.sent > 300 and peer.state > 500
        assert "messages lost" not in board.text
    finally:
        peer.stop()


def test_each_loss_of_quality_0_is_counted(device, broker):
    boot(device, broker, "micropython32", queue=8, keepalive_s=4)
    peer = Peer(broker.port)
    try:
        command(broker, "counter/running/set", "true")
        kill_often(broker, 13)
        command(broker, "counter/running/set", "false")
        with Mqtt(broker.port, BASE + "mqtt/lost", BASE + "counter/count") as seen:

            def figures():
                return [int(seen.last(BASE + name) or 0) for name in ("counter/count", "mqtt/lost")]

            def missing():
                return figures()[0] - len(set(peer.heard))

            # The figure is shown with the next ping, twice in a keep-alive.
            eventually(lambda: figures()[0] and 0 < figures()[1] >= missing(), "the figures")
            # Each cut leaves one or two of which nobody knows.
            assert figures()[1] <= missing() + 3 * KILLS, (figures(), missing())
    finally:
        peer.stop()
