"""A device through its bad days: no memory left, stopped by Ctrl-C and resumed from its prompt."""

import json
import threading

import httpx
import plain_http
import pytest

from peers import Mqtt
from processes import eventually

GREEDY = """
from modcore import Module

class Greedy(Module):
    def start(self):
        self.hoard = []
        self.property("eat", "button", set=self.eat)

    def eat(self, property, value):
        self.after(1, self.devour)

    def devour(self):
        size = 65536
        while True:
            try:
                self.hoard.append(bytearray(size))
            except MemoryError:
                if size < 32:
                    raise
                size //= 2
"""


@pytest.fixture(params=["cpython", "micropython32"])
def runtime(request):
    """The runtimes that differ most."""
    return request.param


def _value(board, path):
    try:
        return plain_http.get(board.url + "/api/" + path, timeout=5).json()
    except (httpx.HTTPError, ValueError):
        return None


def _states(board):
    # The state of each module; {} when there is no answer.
    about = _value(board, "") or {"modules": {}}
    return {id: module["state"] for id, module in about["modules"].items()}


def _put(board, path, text):
    return plain_http.put(board.url + "/api/" + path, content=text, timeout=10).status_code


def test_a_module_that_eats_all_memory_is_stopped_and_the_rest_runs_on(device):
    board = device(
        "samples/watering",
        {"plugins": ["http_async"], "modules": ["garden.valves", "greedy"]},
        {"greedy.py": GREEDY},
    )
    eventually(lambda: _value(board, "valves/0") is False, "the web server")
    assert _put(board, "valves/0", "true") == 200
    assert board.wait_pin(4, 1)
    _put(board, "greedy/eat", "null")
    board.wait_for("MemoryError")
    board.wait_for("WARNING greedy: starts again in 1 s")  # which gives its memory back
    # The web server goes on, and the valves close when any module fails.
    eventually(lambda: _value(board, "valves/0") is False, "the web server, with the valve closed")
    assert board.wait_pin(4, 0)
    eventually(lambda: _states(board).get("greedy") == "RUNNING", "the greedy module to come back")
    assert _put(board, "valves/0", "true") == _put(board, "valves/1", "true") == 200
    assert board.wait_pin(4, 1) and board.wait_pin(27, 1)
    assert set(_states(board).values()) == {"RUNNING"}
    for id in ("http_async", "valves"):
        assert "WARNING {}: starts again".format(id) not in board.text


def test_ctrl_c_closes_all_and_the_device_is_resumed_from_its_prompt(device, runtime):
    board = device(
        "samples/watering", {"plugins": ["http_async"], "modules": ["garden.valves"]}, runtime=runtime
    )
    for _ in range(3):
        eventually(lambda: _value(board, "valves/0") is False, "the web server")
        assert _put(board, "valves/0", "true") == 200
        assert board.wait_pin(4, 1)
        board.interrupt()
        eventually(lambda: board.console.at_prompt and not board.console.busy(), "the prompt")
        assert board.pin(4) == 0
        states = json.loads(
            board.exec(
                "import json, modcore\n"
                "print(json.dumps({m.id: m.state for m in modcore.device.modules.values()}))"
            )
        )
        assert states == {"http_async": "STOPPED", "valves": "STOPPED"}
        resumed = threading.Thread(target=board.exec, args=("modcore.device.run()", 60), daemon=True)
        resumed.start()
    board.stop()
    resumed.join(10)
    # CPython's asyncio tells of a task that Ctrl-C has struck.
    assert "Traceback" not in board.text or "Task exception was never retrieved" in board.text


@pytest.mark.parametrize("micropython", ["micropython32", "micropython"])
def test_kernel_network_and_mqtt_need_no_str_partition(device, mosquitto, micropython):
    with Mqtt(mosquitto.port, "modcore/garden/#") as mqtt:
        board = device(
            "samples/watering",
            {
                "plugins": ["wlan", "mqtt", "ntp", "gpio"],
                "modules": ["garden.valves"],
                "mqtt": {"host": "broker.local"},
            },
            broker=mosquitto,
            runtime=micropython,
            str_partition=False,
        )
        mqtt.wait("modcore/garden/status", "online")
        mqtt.publish("modcore/garden/valves/0/set", "true")
        assert board.wait_pin(4, 1)
        mqtt.wait("modcore/garden/valves/0", "true")
    board.interrupt()
    eventually(lambda: board.console.at_prompt and not board.console.busy(), "the prompt")
    assert board.exec("print(hasattr('', 'partition'), hasattr('', 'rpartition'))") == "False False\n"
    assert "Traceback" not in board.text
