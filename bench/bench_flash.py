"""Files that a device has on flash and opens there: at boot, at rest, and for each thing that is asked of it."""

import contextlib
import http.client
import json
import shutil
import tempfile
import time
from pathlib import Path

import paho.mqtt.client

from host.board import layout
from host.board.board import Board

from . import device
from .bench_system import broker
from .browser import Stream

_REST_S = 10
_TIMES = 100
_FLASH_KB = 300
_TOPIC = "valves/0"


def run(report):
    """Files opened on flash by the watering sample, counted by the virtual board (32-bit, compiled)."""
    with tempfile.TemporaryDirectory(prefix="modcore-bench-") as folder, broker() as broker_port:
        with _watering(Path(folder), broker_port) as (board, port):
            _size(report, Path(folder) / "files")
            opens = board.opens
            report.row("from reset to RUNNING", sum(opens.values()), "opens")
            most = max(opens, key=opens.get)
            report.row("  the file that is opened most", opens[most], "times", budget=1, note=most)
            board.forget_opens()
            time.sleep(_REST_S)
            _row(report, "at rest for {} s".format(_REST_S), board)
            for what, once in _uses(port, broker_port).items():
                for _ in range(2):  # what is loaded with the first is loaded now
                    once()
                time.sleep(1)
                board.forget_opens()
                for _ in range(_TIMES):
                    once()
                time.sleep(1)
                _row(report, "{} times {}".format(_TIMES, what), board)


def _size(report, files):
    # Of the whole device: kernel, plugins, garden, pages. What is code lies in the firmware, where that has it.
    sizes = {path: path.stat().st_size for path in files.rglob("*") if path.is_file()}
    code = sum(size for path, size in sizes.items() if path.suffix == ".mpy" or path.name == "plugin.json")
    note = "{} of it are code".format(code // 1024)
    report.row(
        "files on flash, code among them", sum(sizes.values()) / 1024, "KB", budget=_FLASH_KB, note=note
    )
    report.row(
        "files on flash, code in the firmware", (sum(sizes.values()) - code) / 1024, "KB", budget=_FLASH_KB
    )


def _row(report, what, board):
    opens = board.opens
    names = " ".join("{} {}".format(count, name) for name, count in sorted(opens.items())[:3])
    report.row(what, sum(opens.values()), "opens", budget=0, note=names)


@contextlib.contextmanager
def _watering(folder, broker_port):
    program = folder / "program"
    shutil.copytree(device.ROOT / "samples" / "watering", program)
    config = json.loads((program / "config.json").read_text())
    # What the bridge does once, a while after it has connected, it does before anything is counted.
    config["mqtt"] = dict(config.get("mqtt", {}), host="broker.local", forget_s=1)
    (program / "config.json").write_text(json.dumps(config))
    layout.lay_out(folder, program, "micropython32")
    board = Board(folder, runtime="micropython32", heap="256K")  # files are counted here, not bytes
    port = board.expose(80)
    board.name("broker.local", "127.0.0.1", broker_port)
    try:
        board.start()
        end = time.monotonic() + 60
        while _ask(port, "GET", "/api/mqtt/connected") != b"true":
            if time.monotonic() > end:
                raise RuntimeError("did not come up:\n" + board.text)
            time.sleep(0.1)
        time.sleep(20)
        yield board, port
    finally:
        board.stop()


def _ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body)
        return connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _uses(port, broker_port):
    # What is done, and how it is done once.
    state = {"on": False}
    client = paho.mqtt.client.Client(paho.mqtt.client.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", broker_port)
    client.loop_start()

    def turned():
        state["on"] = not state["on"]
        return json.dumps(state["on"])

    def command():
        client.publish("modcore/garden/{}/set".format(_TOPIC), turned()).wait_for_publish(5)
        time.sleep(0.02)

    def stream():
        one = Stream(port)
        end = time.monotonic() + 5
        while b"event:" not in one.events:
            if time.monotonic() > end:
                raise RuntimeError("no event comes, but {!r}".format(bytes(one.events[:200])))
            time.sleep(0.005)
        one.close()

    return {
        "GET of the API": lambda: _ask(port, "GET", "/api"),
        "GET of a property": lambda: _ask(port, "GET", "/api/" + _TOPIC),
        "GET of what is not there": lambda: _ask(port, "GET", "/nothing"),
        "PUT of a property": lambda: _ask(port, "PUT", "/api/" + _TOPIC, turned()),
        "a PUT that is refused": lambda: _ask(port, "PUT", "/api/" + _TOPIC, '"wet"'),
        "a command over MQTT, and its event": command,
        "an event stream that comes and goes": stream,
    }
