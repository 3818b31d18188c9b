"""MQTT brokers that misbehave on demand, and a device in one process that says how late its timers are."""

import json
import os
import re
import socket
import struct
import sys
import threading
from pathlib import Path

from host import toolchain
from processes import HANG_S, tool

ROOT = Path(__file__).resolve().parent.parent.parent
CONSENT = b"\x20\x02\x00\x00"

# A device with a property, another value every 100 ms, and a timer every 10 ms that looks at the time.
DEVICE = """
import json
import sys

from modcore import Kernel, Module
from modcore.ticks import ticks_diff, ticks_ms
from plugins.mqtt import Mqtt

settings = json.loads(sys.argv[1])
kilobytes = settings.pop("kilobytes", 0)


def waited_ms():
    # For how long the PC, busy with others, has let this process wait: that is not the device's fault.
    try:
        with open("/proc/self/schedstat") as f:
            return int(f.read().split()[1]) // 1000000
    except OSError:
        return 0


class Lamp(Module):
    stuck = 0  # how many values in a row have met one that waits

    def start(self):
        self.property("on", kind="switch", value=False, set=self.turn)
        self.count = 0
        self.late = 0
        self.last = ticks_ms()
        self.waited = waited_ms()
        self.every(10, self.look)
        self.every(100, self.tell)
        self.every(500, self.say)
        if kilobytes:
            self.every(20, self.swell)

    def turn(self, property, value):
        property.value = value
        print("turned", property.id, json.dumps(value)[:40])

    def look(self):
        now, waited = ticks_ms(), waited_ms()
        self.late = max(self.late, ticks_diff(now, self.last) - 10 - (waited - self.waited))
        self.last, self.waited = now, waited

    def tell(self):
        self.count += 1
        self.publish("lamp/count", self.count, True)

    def swell(self):
        self.count += 1
        self.publish("lamp/big", str(self.count) + " " * 1024 * kilobytes, True)
        mqtt = self.kernel.modules["mqtt"]
        self.stuck = self.stuck + 1 if mqtt.connected and mqtt.link.out else 0
        if self.stuck == 10:  # fewer may be a socket that takes the rest at once
            print("full")

    def say(self):
        print("late", self.late)
        self.late = 0


class Task(Module):
    async def run(self):
        import asyncio
        while True:
            await asyncio.sleep(1)


with_asyncio = settings.pop("asyncio", False)
kernel = Kernel({"name": "rogue", "mqtt": settings})
if with_asyncio:
    kernel.add(Task())
kernel.add(Mqtt())
kernel.add(Lamp())
kernel.run()
"""


def with_secrets(secrets):
    """Return a main.py of a device on which somebody has written secrets.json."""
    return "import modcore\nwith open('secrets.json', 'w') as f:\n    f.write({!r})\nmodcore.main()\n".format(
        json.dumps(secrets)
    )


class Device:
    """The device, running; settings: its section `mqtt`, `kilobytes` that it publishes every 20 ms, `asyncio`."""

    def __init__(self, process, runtime, folder, heap="256K", **settings):
        script = folder / "device.py"
        if not script.exists():  # one that starts beside this may be reading it
            script.write_text(DEVICE)
        library = os.path.join(toolchain.cache_folder(), "lib")
        environment = dict(os.environ, PYTHONUNBUFFERED="1")
        environment["MICROPYPATH"] = ":".join((str(ROOT), ".frozen", library, library + "/micropython"))
        environment["PYTHONPATH"] = os.pathsep.join((str(ROOT), library))
        command = [sys.executable] if runtime == "cpython" else [tool(runtime), "-X", "heapsize=" + heap]
        self._process = process([*command, script, json.dumps(settings)], env=environment)

    @property
    def text(self):
        """All that it printed."""
        return self._process.output

    def late(self):
        """Return how many ms its timers were late at most, in each half second since it has settled."""
        return [int(ms) for ms in re.findall(r"^late (-?\d+)$", self.text, re.M)][1:]

    def wait_for(self, text, count=1, seconds=HANG_S):
        """Wait until it has printed `text` `count` times."""
        what = "{} times {!r}".format(count, text)
        self._process.wait_for(lambda: self.text.count(text) >= count, what, seconds)

    def stop(self):
        """End it."""
        self._process.kill()


class Rogue:
    """A TCP server that hands each connection, a Visit, to `behave(visit)`, in a thread of its own.

    with Rogue(lambda visit: visit.send(CONSENT)) as broker:
        Device(process, "cpython", tmp_path, port=broker.port)
    """

    def __init__(self, behave):
        self._behave = behave
        self.visits = []
        self._listener = socket.socket()
        # A broker that does not read shall be felt soon.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(16)
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._listener.close()
        for visit in self.visits:
            visit.close()

    def _serve(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            visit = Visit(sock)
            self.visits.append(visit)
            threading.Thread(target=self._talk, args=(visit,), daemon=True).start()

    def _talk(self, visit):
        try:
            self._behave(visit)
        except OSError:
            pass  # the device, or the end of the test, has closed it


class Visit:
    """A device's connection, with the packets that it has sent."""

    def __init__(self, sock):
        self.sock = sock
        self._buffer = b""
        self.packets = []  # (first byte, what follows the length)

    def read(self):
        """Return the next packet as (first byte, content). OSError: the device has closed."""
        while True:
            size, at = 0, 1
            while at < len(self._buffer):
                size |= (self._buffer[at] & 127) << 7 * (at - 1)
                at += 1
                if self._buffer[at - 1] < 128:
                    if len(self._buffer) >= at + size:
                        packet = self._buffer[0], self._buffer[at : at + size]
                        self._buffer = self._buffer[at + size :]
                        self.packets.append(packet)
                        return packet
                    break
            self._take()

    def _take(self):
        data = self.sock.recv(4096)
        if not data:
            raise OSError("closed")
        self._buffer += data

    def send(self, data):
        """Send bytes."""
        self.sock.sendall(data)

    def consent(self):
        """Read CONNECT and accept it."""
        packet = self.read()
        assert packet[0] == 0x10
        self.send(CONSENT)

    def serve(self):
        """Read on, and answer what asks for an answer."""
        while True:
            kind, content = self.read()
            if kind == 0xC0:
                self.send(b"\xd0\x00")
            elif kind == 0x82:
                self.send(b"\x90\x03" + content[:2] + b"\x00")
            elif kind == 0xA2:
                self.send(b"\xb0\x02" + content[:2])

    def published(self):
        """Return (topic, payload) of each PUBLISH so far, as text."""
        found = []
        for kind, content in list(self.packets):
            if kind & 0xF0 == 0x30:
                size = content[0] << 8 | content[1]
                found.append((content[2 : 2 + size].decode(), content[2 + size :].decode()))
        return found

    def reset(self):
        """Close with a RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self):
        """Close."""
        self.sock.close()


def message(topic, payload, kind=0x30):
    """Return a PUBLISH (bytes) of QoS 0."""
    content = struct.pack("!H", len(topic)) + topic.encode() + payload
    return bytes([kind]) + length(len(content)) + content


def length(size):
    """Return the bytes that say how long a packet is."""
    out = b""
    while True:
        size, low = size >> 7, size & 127
        out += bytes([low | 128 if size else low])
        if not size:
            return out


class BlackHole:
    """A port whose SYNs stay without an answer: its queue of connections is full, and nobody takes them."""

    def __enter__(self):
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self.port = self._listener.getsockname()[1]
        self._waiting = []
        for _ in range(4):
            sock = socket.socket()
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", self.port))
            self._waiting.append(sock)
        return self

    def __exit__(self, *error):
        for sock in (*self._waiting, self._listener):
            sock.close()


class Proxy:
    """A way to the broker that can be cut, on a port of its own."""

    def __init__(self, target):
        """`target`: the port of the broker on this machine."""
        self._target = target
        self._rogue = Rogue(self._forward)
        self.port = self._rogue.port
        self._pairs = []
        self._is_cut = False

    def __enter__(self):
        self._rogue.__enter__()
        return self

    def __exit__(self, *error):
        self.cut()
        self._rogue.__exit__()

    def cut(self):
        """End all connections, and new ones at once."""
        self._is_cut = True
        for sock in self._pairs:
            close(sock)
        self._pairs.clear()

    def mend(self):
        """Let connections through again."""
        self._is_cut = False

    def _forward(self, visit):
        if self._is_cut:
            return visit.reset()
        there = socket.create_connection(("127.0.0.1", self._target))
        self._pairs += [visit.sock, there]
        if self._is_cut:  # meanwhile
            return self.cut()
        threading.Thread(target=_pump, args=(there, visit.sock), daemon=True).start()
        _pump(visit.sock, there)


def _pump(source, target):
    try:
        while True:
            data = source.recv(4096)
            if not data:
                break
            target.sendall(data)
    except OSError:
        pass
    close(source)
    close(target)


def close(sock):
    """Close a socket on which another thread may be waiting."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()
