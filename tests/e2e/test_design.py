"""The programs printed in the design run as printed, on every runtime, on a virtual board."""

import json

import pytest

from peers import Events, Mqtt, curl, retained
from processes import eventually

RUNTIMES = ["cpython", "micropython", "micropython32"]

# Both as printed.
VALVES = '''
from machine import Pin
from modcore import Module


class Valves(Module):
    """Water valves on GPIO pins."""

    defaults = {"pins": [4, 27], "names": ["Lawn", "Beds"]}

    def start(self):
        for i, pin in enumerate(self.config["pins"]):
            valve = self.property(str(i), kind="valve", name=self.config["names"][i], value=False, set=self.turn)
            valve.pin = Pin(pin, Pin.OUT, value=0)
        self.listen("wlan/connected", self.on_network)

    def stop(self):
        for valve in self.properties.values():
            valve.pin.value(0)

    def turn(self, valve, open):
        valve.pin.value(open)
        valve.value = open          # publishes valves/0, retained

    def on_network(self, topic, connected):
        self.log.info("network", connected)
'''

HELLO = """
from modcore import Kernel, Module
from plugins.http import Router
from plugins.http_async import HttpAsync

web = Router("/hello")


@web.get("/:name")
def hello(request):
    return {"hello": request.params["name"]}


class Hello(Module):
    routes = web


kernel = Kernel({"name": "demo", "http_async": {"host": "127.0.0.1", "port": 8080}})
kernel.add(HttpAsync())
kernel.add(Hello())
kernel.run()
"""

# The other ways to run it.
WAYS = {
    "run": "kernel.run()\n",
    # asyncio is for the other ways: this loop belongs to the program.
    "step": """
import sys, time
while True:
    ms = kernel.step()
    # The virtual board itself needs it on CPython.
    assert ms >= 0 and ("asyncio" not in sys.modules or sys.implementation.name == "cpython")
    time.sleep(min(ms, 20) / 1000)
""",
    "serve": """
import asyncio
turns = []
async def others():
    while True:
        turns.append(1)
        await asyncio.sleep(0.05)
async def main():
    task = asyncio.create_task(others())
    await kernel.serve()
asyncio.run(main())
""",
    "start_thread": """
import time
kernel.start_thread()
print("the prompt is free")
while True:
    time.sleep(0.1)
""",
}

# Tells, on the console, what happens on the bus, and plays the network.
WITNESS = """
import json
from modcore import Module

class Witness(Module):
    def start(self):
        self.listen("valves/#", self.on_event)
        self.listen("$describe/valves/+", self.on_event)
        self.listen("$state/valves", self.on_event)
        self.listen("witness/network", self.on_network)

    def on_event(self, topic, value):
        print("bus", topic, json.dumps(value))

    def on_network(self, topic, value):
        self.publish("wlan/connected", value)
"""


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """The runtimes of a device."""
    return request.param


@pytest.fixture
def demo(device, runtime, free_port):
    """Function that boots the second program, run in one of the WAYS; returns its board."""

    def boot(way="run"):
        program = HELLO.replace("kernel.run()\n", WAYS[way])
        server = "http_async"
        if way == "step":
            server = "http_windup"
            program = program.replace("HttpAsync", "HttpWindup").replace("http_async", server)
        heap = "160K" if runtime == "micropython32" else None  # main.py is compiled on the device
        options = {"runtime": runtime, "heap": heap, "port": 8080}
        return device(config={"plugins": [server]}, files={"main.py": program}, **options)

    return boot


@pytest.mark.parametrize("way", WAYS)
def test_hello_answers_curl(demo, way):
    board = demo(way)
    answer = eventually(lambda: _get(board.url + "/hello/x"), "an answer")
    assert json.loads(answer) == {"hello": "x"}
    assert json.loads(_get(board.url + "/hello/W%C3%B6rld%21")) == {"hello": "Wörld!"}
    assert curl(board.url + "/hello/a/b")[0] == 404
    status, answer = curl("-i", "-d", "", board.url + "/hello/x")
    assert status == 405 and "\r\nAllow: GET" in answer
    if way == "start_thread":
        assert "the prompt is free" in board.text
    about = json.loads(_get(board.url + "/api"))
    assert about["name"] == "demo"
    assert set(about["modules"]) == {"http_windup" if way == "step" else "http_async", "hello"}


def test_hello_ends_at_ctrl_c_and_gives_the_port_back(demo):
    board = demo()
    eventually(lambda: _get(board.url + "/hello/x"), "an answer")
    board.interrupt()
    eventually(lambda: board.console.at_prompt, "the prompt")
    assert "Traceback" not in board.text
    assert (
        board.exec("print(kernel.modules['hello'].state, kernel.modules['http_async'].state)")
        == "STOPPED STOPPED\n"
    )
    assert curl(board.url + "/hello/x")[0] == 0


def test_valves_speak_on_the_bus(device, runtime):
    board = device(
        config={"name": "garden", "plugins": ["http_async"], "modules": ["witness", "valves"]},
        files={"valves.py": VALVES, "witness.py": WITNESS},
        runtime=runtime,
    )
    board.wait_for("bus valves/1 false")
    assert board.pins() == {4: 0, 27: 0}
    meta = {"kind": "valve", "name": "Lawn", "set": True}
    described = eventually(lambda: _said(board, "$describe/valves/0"), "the description")
    assert described[-1] == meta
    assert _said(board, "valves/0") == [False]


@pytest.mark.parametrize("server", ["http_async", "http_windup"])
def test_what_a_module_declares_once_is_on_the_web_and_on_mqtt(device, mosquitto, runtime, server):
    board = device(
        config={
            "name": "garden",
            "plugins": [server, "mqtt"],
            "modules": ["valves", "witness"],
            "mqtt": {"host": "broker.local"},
        },
        files={"valves.py": VALVES, "witness.py": WITNESS},
        runtime=runtime,
        broker=mosquitto,
    )
    api = board.url + "/api/valves/0"
    with Mqtt(mosquitto.port, "modcore/garden/#") as mqtt:
        mqtt.wait("modcore/garden/status", "online")
        assert eventually(lambda: _get(api), "an answer") == "false"
        with Events(board.url) as events:
            events.wait("valves/0", False)
            assert curl("-X", "PUT", "-d", "true", api) == (200, "true")
            assert board.wait_pin(4, 1)
            events.wait("valves/0", True)
            mqtt.wait("modcore/garden/valves/0", "true")
            assert retained(mosquitto.port, "modcore/garden/valves/0") == "true"
            mqtt.publish("modcore/garden/valves/1/set", "true")
            events.wait("valves/1", True)
            assert board.wait_pin(27, 1)
            mqtt.publish("modcore/garden/valves/0/set", "false")
            mqtt.wait("modcore/garden/valves/0", "false")
            assert _get(api) == "false"
        board.stop()
        mqtt.wait("modcore/garden/status", "offline")
    assert _said(board, "valves/0")[:3] == [False, True, False]


def test_a_stopped_kernel_has_closed_the_valves(device, runtime):
    board = device(
        config={"plugins": ["http_async"], "modules": ["valves"]},
        files={"valves.py": VALVES},
        runtime=runtime,
    )
    assert eventually(
        lambda: curl("-X", "PUT", "-d", "true", board.url + "/api/valves/1")[0] == 200, "an answer"
    )
    assert board.wait_pin(27, 1)
    board.interrupt()
    eventually(lambda: board.console.at_prompt, "the prompt")
    assert board.pins() == {4: 0, 27: 0}
    assert "Traceback" not in board.text


def _get(url):
    status, body = curl(url)
    return body if status == 200 else None


def _said(board, topic):
    start = "bus {} ".format(topic)
    return [json.loads(line[len(start) :]) for line in board.text.splitlines() if line.startswith(start)]
