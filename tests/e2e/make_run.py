"""`make run` as tests use it: the garden with its web server and its broker, and somebody who listens there."""

import os
import queue
import subprocess
import sys

import paho.mqtt.client as paho
import psutil
import requests

BASE = "modcore/garden/"


class Garden:
    """A running `make run` on ports of its own."""

    def __init__(self, process, folder, ports, **environment):
        self.http, self.mqtt = ports
        self.folder = folder
        self.environment = dict(
            os.environ, DEVICE=str(folder), HTTP_PORT=str(self.http), MQTT_PORT=str(self.mqtt), **environment
        )
        self.process = process([sys.executable, "-m", "host.run"], env=self.environment)
        self.url = "http://127.0.0.1:{}/".format(self.http)

    def ready(self):
        """Wait for the line; return its words."""
        line = self.process.wait_for(
            lambda: [text for text in self.process.output.splitlines() if text.startswith("ready ")],
            "ready",
            60,
        )
        assert len(line) == 1
        return line[0].split()[1:]

    def get(self, path):
        """Return the JSON at `path` of the device API."""
        return requests.get(self.url + "api" + path, timeout=10).json()

    def put(self, path, body):
        """Send a command to a property; return the answer."""
        return requests.put(self.url + "api" + path, data=body, timeout=10)

    def board(self, *words):
        """Act on the board; return what is said."""
        done = subprocess.run(
            [sys.executable, "-m", "host.board", "--folder", str(self.folder), *words],
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def family(self):
        """Return all processes that belong to it."""
        return psutil.Process(self.process.process.pid).children(recursive=True)


class Listener:
    """A client of the broker that keeps what it hears."""

    def __init__(self, port):
        self.heard = queue.Queue()
        self.last = {}
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self._client.on_message = self._on_message
        self._client.on_connect = lambda client, *rest: client.subscribe(BASE + "#")
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def _on_message(self, client, _, message):
        self.last[message.topic[len(BASE) :]] = (message.payload.decode(), message.retain)
        self.heard.put(message.topic)

    def value(self, topic):
        """Return the last value of a topic, or None."""
        return self.last.get(topic, (None,))[0]

    def send(self, topic, value):
        self._client.publish(BASE + topic, value).wait_for_publish(5)

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()
