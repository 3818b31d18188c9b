"""The least heap with which a program comes up from files and answers; the peak is at boot."""

import contextlib
import json
import socket
import struct
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import paho.mqtt.client

from . import device
from .bench_network import RADIO
from .bench_system import MAIN, broker
from .http_load import free_port

_FROM_KB, _TO_KB = 20, 128
_PATIENCE_S = 20
# What is asked for: the plugins, and the most that it may take.
_PROGRAMS = {
    "mqtt": (["mqtt"], 34),
    "http_async": (["http_async"], 36),
    "wlan + ntp + mqtt": (["wlan", "ntp", "mqtt"], 48),
}


def run(report):
    """Least heap (-X heapsize) with which a program comes up from files and answers."""
    with tempfile.TemporaryDirectory(prefix="modcore-bench-") as folder, contextlib.ExitStack() as stack:
        library = stack.enter_context(device.library(*sources(Path(folder))))
        mqtt_port, ntp_port = stack.enter_context(broker()), stack.enter_context(time_server())
        for name, (_, budget) in _PROGRAMS.items():
            least = _least(library, config(name, mqtt_port, ntp_port), mqtt_port)
            report.row("least heap: " + name, least, "KB", budget=budget)


def sources(folder):
    """Write what the programs need beside the library into `folder`, and return the paths of these files."""
    texts = {"machine.py": _MACHINE, "network.py": RADIO, "lamp.py": _LAMP}
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [folder / name for name in texts]


def config(name, mqtt_port, ntp_port):
    """The config.json of the program `name`, whose broker and time server listen on these ports."""
    plugins = _PROGRAMS[name][0]
    sections = {
        "mqtt": {"host": "127.0.0.1", "port": mqtt_port},
        "wlan": {"networks": ["Home"]},
        "ntp": {"hosts": ["127.0.0.1:{}".format(ntp_port)]},
        # The same each time: a device that starts again with the configuration that it knows.
        "http_async": {"host": "127.0.0.1", "port": free_port()},
    }
    found = {"name": "least", "plugins": plugins, "modules": ["lamp"]}
    found.update({plugin: sections[plugin] for plugin in plugins})
    return found


def _least(library, config, mqtt_port):
    # Halve the range: what comes up with so much does with more.
    low, high = _FROM_KB, _TO_KB
    if not comes_up(library, config, high, mqtt_port):
        raise RuntimeError("{} does not come up in {} KB".format(config["plugins"], high))
    while high - low > 1:
        middle = (low + high) // 2
        if comes_up(library, config, middle, mqtt_port):
            high = middle
        else:
            low = middle
    return high


# What a board's firmware has: only what these programs ask for, since here it takes memory.
_MACHINE = """
def unique_id():
    return b"\\1\\2\\3\\4\\5\\6"

def reset():
    raise SystemExit(9)
"""

_LAMP = """
from modcore import Module

class Lamp(Module):
    def start(self):
        self.property("on", "switch", value=False, set=self.turn)

    def turn(self, property, on):
        property.value = on
"""


def comes_up(library, config, heap_kb, mqtt_port):
    """Tell whether the program of `config` comes up in so much heap, and does its work."""
    folder = library / "least"
    folder.mkdir(exist_ok=True)
    port = config.get("http_async", {}).get("port")
    (folder / "config.json").write_text(json.dumps(config))
    with _messages(mqtt_port) as heard:
        process = device.start(
            library, MAIN, folder, heap="{}K".format(heap_kb), stderr=subprocess.DEVNULL, bufsize=1
        )
        # What it prints is nobody's concern, but must not fill the pipe.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        try:
            end = time.monotonic() + _PATIENCE_S
            while process.poll() is None and time.monotonic() < end:
                if all(_ANSWERS[name](heard, port) for name in config["plugins"]):
                    return True
                time.sleep(0.05)
            return False
        finally:
            process.kill()
            process.wait()


def _get(port):
    try:
        with urllib.request.urlopen("http://127.0.0.1:{}/api/lamp/on".format(port), timeout=2) as answer:
            return answer.read() == b"false"
    except OSError:
        return False


# How it is seen that a plugin does its work.
_ANSWERS = {
    "mqtt": lambda heard, port: heard.get("status") == "online" and heard.get("lamp/on") == "false",
    "http_async": lambda heard, port: _get(port),
    "wlan": lambda heard, port: heard.get("wlan/connected") == "true",
    "ntp": lambda heard, port: heard.get("ntp/synced") == "true",
}


@contextlib.contextmanager
def _messages(port):
    # {topic without its base: payload} of what the device says on the broker.
    heard = {}
    client = paho.mqtt.client.Client(paho.mqtt.client.CallbackAPIVersion.VERSION2)
    client.on_connect = lambda *words: client.subscribe("modcore/least/#")

    def note(client, data, message):
        if not message.retain:  # of a run before
            heard[message.topic[len("modcore/least/") :]] = message.payload.decode()

    client.on_message = note
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        yield heard
    finally:
        client.loop_stop()
        client.disconnect()


@contextlib.contextmanager
def time_server():
    """Give the port of a time server that runs meanwhile."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                asked, address = sock.recvfrom(100)
                now = struct.pack(">II", int(time.time()) + 2208988800, 0)
                head = bytes([0x24, 2, 6, 0xEC]) + b"\0\0\0\1\0\0\0\1GPS\0"
                sock.sendto(head + now + asked[40:48] + now + now, address)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield sock.getsockname()[1]
    finally:
        sock.close()
