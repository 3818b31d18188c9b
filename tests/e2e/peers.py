"""The other ends of a device's wires: an MQTT client, an HTTP client and a reader of its event stream."""

import contextlib
import http.client
import json
import socket
import subprocess
import threading
import urllib.parse
import uuid

import paho.mqtt.client as mqtt

from processes import HANG_S, eventually, tool


def curl(*arguments):
    """Run curl with `arguments`; return (status, body as str). Status 0: there was no answer."""
    command = [tool("curl"), "--silent", "--max-time", "10", "--write-out", "\n%{http_code}", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=20)
    body, _, status = done.stdout.decode().rpartition("\n")
    return int(status), body


class Mqtt:
    """A paho client that keeps every message it gets, in order.

    with Mqtt(broker.port, "modcore/garden/#") as mqtt:
        mqtt.wait("modcore/garden/status", "online")
    """

    def __init__(self, port, *filters):
        """`port`: the broker's on this machine; `filters`: what to subscribe to."""
        self.messages = []  # (topic, payload as str, whether it was retained)
        self._port = port
        self._filters = filters
        self._ready = threading.Event()
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = lambda client, data, message: self.messages.append(
            (message.topic, message.payload.decode(), message.retain)
        )

    def _on_connect(self, client, data, flags, reason, properties):
        client.subscribe([(filter, 0) for filter in self._filters])

    def __enter__(self):
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        assert self._ready.wait(10), "the broker did not answer the subscription"
        return self

    def __exit__(self, *error):
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic, payload, **options):
        """Send a message."""
        self._client.publish(topic, payload, **options).wait_for_publish(10)

    def last(self, topic):
        """Return the last payload on `topic`, or None."""
        return next((payload for name, payload, _ in reversed(self.messages) if name == topic), None)

    def payloads(self, topic):
        """Return all payloads on `topic`."""
        return [payload for name, payload, _ in self.messages if name == topic]

    def wait(self, topic, payload, seconds=HANG_S):
        """Wait until the last payload on `topic` is `payload`."""
        what = "{} {}; there was {}".format(topic, payload, self.messages[-20:])
        eventually(lambda: self.last(topic) == payload, what, seconds)


def retained(port, topic):
    """Return what the broker keeps for `topic`, None for nothing; asked with a connection of its own."""
    mark = "peers/mark/" + uuid.uuid4().hex
    with Mqtt(port, topic, mark) as peer:
        # The broker sends retained messages before anything that comes after its SUBACK.
        peer.publish(mark, "1")
        peer.wait(mark, "1")
        return next((payload for _, payload, kept in peer.messages if kept), None)


class Events:
    """Reads a device's event stream in a thread.

    with Events(device.url) as events:
        events.wait("valves/0", True)
    """

    def __init__(self, url, query=""):
        """`url`: the device's; `query`: "?filter=valves/%2B"."""
        self.events = []  # (topic, value)
        self.comments = 0
        self.headers = None
        self.ended = threading.Event()
        address = urllib.parse.urlsplit(url)
        self._connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        self._query = query
        self._thread = threading.Thread(target=self._read, daemon=True)

    def _read(self):
        topic = None
        try:
            for line in self._answer:
                line = line.decode().rstrip("\r\n")
                if line.startswith("event: "):
                    topic = line[7:]
                elif line.startswith("data: "):
                    self.events.append((topic, json.loads(line[6:])))
                elif line.startswith(":"):
                    self.comments += 1
        except (OSError, ValueError, http.client.HTTPException):
            pass  # the device, or this end, has closed it
        finally:
            self.ended.set()

    def __enter__(self):
        self._connection.request("GET", "/api/events" + self._query)
        self._answer = self._connection.getresponse()
        self.headers = self._answer.headers
        assert self._answer.status == 200, self._answer.read()
        self._sock = self._connection.sock or self._answer.fp.raw._sock
        self._thread.start()
        return self

    def __exit__(self, *error):
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._answer.close()
        self._connection.close()

    def last(self, topic):
        """Return the last value of `topic`, or None."""
        return next((value for name, value in reversed(self.events) if name == topic), None)

    def wait(self, topic, value, seconds=HANG_S):
        """Wait until the last value of `topic` is `value`."""
        eventually(
            lambda: self.last(topic) == value,
            "event {} {}; there was {}".format(topic, value, self.events[-20:]),
            seconds,
        )
