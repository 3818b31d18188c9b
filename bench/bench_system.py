"""The whole: MQTT connected, and the watering application with browsers and a broker in a small board's heap."""

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from host import toolchain

from . import device
from .browser import crowd
from .http_load import free_port

_BROWSERS = 4
_SECONDS = 6
HEAP_KB = 96  # the design's figure for the whole application

# A kernel with one module, alone or with the bridge; prints what it takes once the broker has consented.
_MQTT = (
    "import gc, json, sys\n"
    + device.TAKEN
    + """
before = taken()
from modcore import Kernel, Module
class Lamp(Module):
    def start(self):
        self.property("on", "switch", value=False, set=self.turn)
        self.turns = 0
    def turn(self, property, on):
        property.value = on
    def loop(self):
        self.turns += 1
        if self.turns > 20 and (not port or kernel.bus.get("mqtt/connected")):
            kernel.stop()
            kernel.relieve()  # what starting and connecting took is not needed at rest
            print(taken() - before)
        return 20
port = int(sys.argv[1])
kernel = Kernel({"name": "lamp", "log": {"level": "error"}, "mqtt": {"host": "127.0.0.1", "port": port}})
kernel.add(Lamp())
if port:
    from plugins.mqtt import Mqtt
    kernel.add(Mqtt())
kernel.run()
"""
)

# What a board has in its firmware.
MACHINE = """
class Pin:
    IN, OUT, PULL_UP, IRQ_RISING, IRQ_FALLING = 0, 1, 2, 1, 2
    def __init__(self, id, mode=-1, pull=-1, value=None):
        self._level = int(pull == self.PULL_UP) if value is None else value
    def value(self, level=None):
        if level is None:
            return self._level
        self._level = int(level)
    def irq(self, handler=None, trigger=0, hard=False):
        pass
def unique_id():
    return b"\\x01\\x02\\x03\\x04\\x05\\x06"
def reset():
    raise SystemExit(9)
"""

# The device's main.py, told where its files are.
MAIN = """
import os, sys
os.chdir(sys.argv[1])
sys.path.insert(0, "")
import modcore
modcore.main()
"""

_FROZEN = """
include("$(MPY_DIR)/extmod/asyncio")
include({!r}, plugins={!r})
package("garden", base_path={!r}, opt=3)
"""

# Tells over the web how much memory is in use, and the largest free piece; leaves, when it is asked to, holes of one
# size alone in the heap.
GAUGE = """
import gc
from modcore import Module
from plugins.sysinfo.heap import largest_block

class Gauge(Module):
    kept = None

    def start(self):
        self.property("used", "sensor", value=0)
        self.property("largest", "sensor", value=0)
        self.property("holes", "number", value=0, min=0, max=100000, step=1, set=self.order)
        self.every(500, self.look)

    def look(self):
        if self.kept is None:
            gc.collect()
            self.properties["used"].value = gc.mem_alloc()
            self.properties["largest"].value = largest_block()

    def order(self, property, size):
        self.after(300, self.scatter, size)

    def scatter(self, size):
        gc.collect()
        self.kept = blocks = []
        try:
            while True:
                blocks.append(None)  # room in the list first
                blocks[-1] = bytearray(size)
        except MemoryError:
            pass
        for i in range(0, len(blocks), 2):
            blocks[i] = None
        self.after(2000, self.release)

    def release(self):
        self.kept = None
"""


def run(report):
    """The whole device."""
    with board_library() as library, broker() as port:
        _mqtt(report, library, port)
        _watering(report, library, port, "from files")
    if has_firmware():
        with board_library() as library, broker() as port:
            _watering(report, library, port, "in the firmware", watering_firmware())


@contextlib.contextmanager
def board_library():
    """Give a library that also has the gauge and what a board's firmware has."""
    with tempfile.TemporaryDirectory(prefix="modcore-bench-") as folder:
        sources = {"gauge.py": GAUGE, "machine.py": MACHINE}
        for name, source in sources.items():
            (Path(folder) / name).write_text(source)
        with device.library(*[Path(folder) / name for name in sources]) as library:
            yield library


def _mqtt(report, library, port):
    alone = device.run(library, _MQTT, 0)
    connected = device.run(library, _MQTT, port)
    report.row("heap: and mqtt, connected", (connected - alone) / 1024, "KB", budget=11)


def has_firmware():
    """Tell whether a firmware can be built here; fetches what that takes."""
    return not toolchain.ensure("firmware")


def watering_firmware(more=(), lines=""):
    """Build a MicroPython with modcore, the plugins of the watering sample and its modules; return its path.

    more: names of further plugins. lines: of its manifest, beside those that it needs.
    """
    sample = device.ROOT / "samples" / "watering"
    plugins = json.loads((sample / "config.json").read_text())["plugins"] + ["sysinfo", *more]
    text = _FROZEN.format(str(device.ROOT / "manifest.py"), ",".join(plugins), str(sample))
    return toolchain.firmware.build(text + lines)


def _watering(report, library, broker, way, firmware=None):
    try:
        _watched(report, library, broker, way, firmware)
    except RuntimeError as error:
        last = str(error).strip().splitlines()[-1]
        report.row("watering {}: does not come up".format(way), 1, "time", budget=0, note=last)


def _watched(report, library, broker, way, firmware):
    with watering(library, broker, firmware) as (port, config, output):
        report.row("watering {}, {}".format(way, ", ".join(config["plugins"])), "runs")
        idle = gauge(port, "used")
        crowd(port, 0, _BROWSERS, 2)  # what is loaded once is loaded now
        time.sleep(2)
        before, whole = gauge(port, "used"), gauge(port, "largest")
        worst = []
        requests, failures = crowd(port, 0, _BROWSERS, _SECONDS, lambda: worst.append(gauge(port, "used")))
        note = "-X heapsize={}K".format(HEAP_KB)
        report.row("watering: heap in use, nobody looks", idle / 1024, "KB", note=note)
        what = "watering: heap in use, {} browsers".format(_BROWSERS)
        report.row(what, max(worst) / 1024, "KB", budget=HEAP_KB, note=note)
        time.sleep(3)
        used, largest = gauge(port, "used"), gauge(port, "largest")
        report.row("watering: heap in use when they have left", used / before, "times", budget=1.05)
        report.row("watering: largest free piece then", largest / whole, "times", goal=0.95)
        report.row("watering: requests of these", requests)
        report.row("watering: requests that failed, streams that broke", failures, budget=0)
        report.row("watering: MemoryErrors", faults(output), budget=0)


@contextlib.contextmanager
def watering(library, broker, firmware=None, heap_kb=None):
    """Run the watering sample, connected to the broker at a port: (its HTTP port, config.json, lines printed).

    The library needs gauge.py and machine.py. firmware: as `watering_firmware` gives it, None: from files.
    heap_kb: None for HEAP_KB.
    """
    folder = library / "samples" / "watering"
    port = free_port()
    config = json.loads((folder / "config.json").read_text())
    config["mqtt"] = {"host": "127.0.0.1", "port": broker}
    config["http_async"] = dict(config.get("http_async", {}), host="127.0.0.1", port=port)
    if (library / "plugins" / "homeassistant").is_dir() and "homeassistant" not in config["plugins"]:
        config["plugins"].append("homeassistant")
    config["modules"].append("gauge")
    if firmware:  # which has neither
        for name in ("gauge.mpy", "machine.mpy"):
            shutil.copy(library / name, folder)
        shutil.rmtree(folder / "garden")
    (folder / "config.json").write_text(json.dumps(config))
    process = device.start(
        library,
        MAIN,
        folder,
        heap="{}K".format(heap_kb or HEAP_KB),
        firmware=firmware,
        stderr=subprocess.STDOUT,
        bufsize=1,
    )
    output = []
    threading.Thread(target=lambda: output.extend(process.stdout), daemon=True).start()
    try:
        _wait(lambda: get(port, "/api/mqtt/connected") == b"true", process, output)
        _wait(lambda: gauge(port, "used", 1), process, output)
        yield port, config, output
    except OSError as error:
        raise RuntimeError("{}; it printed:\n{}".format(error, "".join(output[-40:]))) from error
    finally:
        process.kill()
        process.wait()


def faults(output):
    """Count the lines that were printed and tell that memory was short."""
    return sum("MemoryError" in line for line in output)


def gauge(port, name, seconds=10):
    """Return what the module of gauge.py says, in bytes; 0 when it says nothing for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = get(port, "/api/gauge/" + name) or b""
        if answer.isdigit() and int(answer):
            return int(answer)
        time.sleep(0.1)
    return 0


class Broker:
    """A Mosquitto that runs while the context lasts, on `port`."""

    def __init__(self):
        self.port = free_port()

    def start(self):
        """Start it and wait until it answers."""
        words = [toolchain.tool("mosquitto"), "-p", str(self.port)]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait(lambda: socket.socket().connect_ex(("127.0.0.1", self.port)) == 0, self._process, [])

    def kill(self):
        """End it as a power cut does."""
        self._process.kill()
        self._process.wait()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()


@contextlib.contextmanager
def broker():
    """Give the port of a Mosquitto that runs meanwhile."""
    with Broker() as running:
        yield running.port


def _wait(condition, process, output, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("did not come up:\n" + "".join(output))
        time.sleep(0.05)


def get(port, path):
    """The body of the answer, None when there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
