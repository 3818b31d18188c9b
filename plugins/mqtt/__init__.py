"""mqtt: shows the bus on an MQTT broker, and brings the broker's commands to the bus."""

import sys

from modcore import Module
from modcore.kernel import ticks_diff, ticks_ms


def load(name):
    """Import `plugins.mqtt.<name>` for one use: on a device its code leaves memory with the last reference.

    load("session").subscribe(bridge)
    """
    path = "plugins.mqtt." + name
    module = __import__(path, None, None, (name,))
    if sys.implementation.name != "cpython":
        sys.modules.pop(path, None)
        globals().pop(name, None)
    return module


class Link:
    """What umqtt.simple takes for its socket and, once connected, for its client: see opening.py.

    stream: a connected, non-blocking socket with `readinto` and `write`.
    """

    flags = 1  # what the socket is watched for
    end = 0  # bytes that it was offered and did not take
    count = 0  # bytes in the buffer
    size = 0  # of the packet that it begins with, when that is known
    done = 0  # how far umqtt has read in it
    left = 0  # bytes of an oversize packet that are still to come

    def __init__(self, stream):
        self.stream = stream
        self.sock = self
        self.data = bytearray()  # what the socket has not taken yet
        self.buffer = bytearray(128)  # a longer packet gets a buffer of its own

    def read(self, size):
        """For umqtt: the next bytes of the packet."""
        done = self.done
        self.done = min(done + size, self.size)
        return bytes(self.buffer[done : self.done])

    def write(self, data, size=None):
        """For umqtt: queue bytes."""
        self.data += data if size is None else data[:size]

    def setblocking(self, value):
        """For umqtt: it never blocks."""

    def flush(self):
        """Send what is queued, as far as the socket takes it; True when all is gone. OSError: it is lost."""
        while self.data:
            # TLS wants to be offered exactly what it did not take the last time.
            self.end = end = self.end or len(self.data)
            count = self.stream.write(memoryview(self.data)[:end])
            if not count:
                return False
            self.data = self.data[count:]
            self.end = 0
        return True

    def recv(self, bridge):
        """Read what has arrived and call `bridge.accept(self, first byte)` for each whole packet.

        Returns whether there may be more. OSError: connection lost. ValueError: what came is not MQTT.
        """
        # Reads and packets in one turn: a broker that sends without end must leave time, and room on the bus.
        for _ in range(12):
            if self.count > 1 and not self.size:
                self.size = self.buffer[1] + 2
                if self.size > 128:
                    load("oversize_packet").size(self, bridge)
            size = self.size
            if size and size <= self.count:
                self.done = 0
                bridge.accept(self, self.buffer[0])
                self.drop(size)
                continue
            count = self.stream.readinto(memoryview(self.buffer)[self.count :])
            if count is None:
                return False
            if not count:
                raise OSError("closed by the broker")
            self.count += count
            if self.left:
                count = min(self.left, self.count)
                self.left -= count
                self.drop(count)
        return True

    def drop(self, count):
        """Forget the first bytes of the buffer."""
        self.size = 0
        self.count -= count
        if count > 128:
            self.buffer = bytearray(128)
        elif self.count:
            self.buffer[: self.count] = self.buffer[count : count + self.count]


class Mqtt(Module):
    """The bridge between the bus and an MQTT broker; plugin.json describes its configuration.

    A topic of the bus is `<base>/<topic>` on the broker, retained where the bus retains it;
    commands come in on `<base>/<topic>/set`.

        kernel = Kernel({"name": "garden", "mqtt": {"host": "192.168.1.5"}})
        kernel.add(Mqtt())

    Names are chosen among those that MicroPython and the kernel have already: each further one takes
    memory for good.
    """

    defaults = {
        "host": "",
        "port": 0,
        "user": "",
        "password": "",
        "client_id": "",
        "base": "",
        "keepalive_s": 30,
        "tls": None,
        "qos": 0,
        "queue": 16,
        "max_packet": 2048,
    }

    opening = None  # the attempt to connect that is under way, a generator
    link = None  # the connection, from the broker's consent to its end
    stream = None  # the socket of either
    addr = None  # of the broker, until a connection to it fails
    sleep = 1  # seconds before the next attempt; doubles up to 60
    overflows = 0  # messages that found the queue full or could not be encoded

    def start(self):
        """Begin to connect; the device does not wait for it."""
        load("session").start(self)

    def stop(self):
        """Tell the broker what is left to tell, that the device is offline, and good-bye."""
        load("session").stop(self)

    def event(self, topic, value):
        """Note an event of the bus; it goes out at the end of the turn."""
        if topic[-4:] == "/set":
            return  # a command, whoever sent it, is for this device
        if topic in self.topics or self.kernel.bus.get(topic) is not None:
            self.topics.add(topic)
            if self.link:
                self._dirty[topic] = value
        else:
            self.send(self.base + topic, value)
        if value and not self.link and topic == "wlan/connected":
            self.sleep = 1
            self.due = ticks_ms()

    def send(self, topic, value=None, retain=False):
        """Queue a message for any `topic` (str) of the broker; a value that is no str or bytes becomes JSON.

        When the queue is full the oldest message in it is given up and counted in `overflows`.
        """
        queue = self.queue
        try:
            queue.append((topic, dumps(value), retain))
        except Exception:  # whatever stands in the value
            self.overflows += 1
        if len(queue) > self.config["queue"]:
            queue.pop(0)
            self.overflows += 1

    def wake(self, *_):
        """There is something to read, or room to write: the bridge looks after it in its turn."""
        self.waiting = True

    def loop(self):
        """Exchange what there is with the broker; the kernel calls it in every turn."""
        left_ms = ticks_diff(self.due, ticks_ms())
        link = self.link
        try:
            if left_ms <= 0:
                load("session").due(self)
                return 0
            if self.waiting:
                if link:
                    self.waiting = link.recv(self)
                elif self.opening:
                    self.waiting = False
                    next(self.opening)
                    return 0
            if link:
                if self.changes != self.kernel.bus.changes:
                    load("session").subscribe(self)
                if link.flush():
                    # Each message takes about 2 ms on a slow board, and timers wait meanwhile.
                    for _ in range(8):
                        if len(link.data) > 256 or not self.encode(link):
                            break
                    link.flush()
                flags = 5 if link.data else 1  # POLLIN | POLLOUT, POLLIN
                if flags != link.flags:
                    link.flags = flags
                    self.watch(self.stream, flags, self.wake)
                if self.waiting or flags == 1 and (self._dirty or self.queue):
                    return 0
        except (OSError, ValueError, MemoryError) as error:
            if link is self.link:  # else a command has ended the connection itself
                load("troubleshooting").report(self, error)
            return 0
        return left_ms

    def encode(self, link):
        """Have umqtt write the next message that waits; False when there is none."""
        size = len(link.data)
        try:
            if self._dirty:
                topic = next(iter(self._dirty))
                value = self._dirty.pop(topic)
                if value is None:
                    self.topics.discard(topic)
                    value = b""
                link.publish((self.base + topic).encode(), dumps(value), True)
            elif self.queue:
                topic, value, retain = self.queue.pop(0)
                link.publish(topic.encode(), value, retain)
            else:
                return False
        except Exception:
            link.data = link.data[:size]
            self.overflows += 1
        return True

    def accept(self, link, kind):
        """Take the packet that the link holds; kind: its first byte. ValueError: no broker sends that."""
        self.input = True
        if kind & 0xF0 == 0x30:
            from .command import deliver

            deliver(self, link)
        elif kind == 0x90:
            if link.buffer[link.size - 1] & 0x80:
                self.log.warning("the broker refuses a subscription")
        elif kind != 0xB0 and kind != 0xD0:
            raise ValueError("malformed packet")


def dumps(value):
    """The payload for a value: JSON, but a str is sent as it is."""
    if not isinstance(value, (bytes, bytearray)):
        if not isinstance(value, str):
            import json

            if isinstance(value, float) and value - value != 0:
                value = None  # NaN and infinity have no place in JSON
            value = json.dumps(value)
        value = value.encode()
    return value
