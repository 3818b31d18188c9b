"""A device with no open port, run over its connection to the broker alone: log, crash, prompt, updates."""

import json
import subprocess
import sys

import pytest
from command_line import environment, modcore
from test_cli import one_line
from test_install_network import add_lamp

from host.board import layout
from host.board.board import Board
from host.cli import broker
from host.cli.pieces import Pieces
from peers import Mqtt, retained
from processes import eventually

FAULTY = """
from modcore import Module


class Faulty(Module):
    def start(self):
        self.property("go", "button", set=self.go)
        self.log.info("a quiet line")
        self.log.warning("a loud line")

    def go(self, property, value):
        self.after(0, self.fail)

    def fail(self):
        self.log.warning("now it comes")
        raise OSError("the pump is dry")
"""
ALL = {"log": "warning", "crash": True, "prompt": True, "install": True}


class Device:
    """A board with the console, or without."""

    def __init__(self, folder, broker, console=None, runtime="micropython32", name="unit"):
        application = folder / name
        application.mkdir()
        config = {
            "name": name,
            "plugins": ["packages", "mqtt", "mqtt_console"],
            "modules": ["faulty"],
            "mqtt": {"host": "127.0.0.1", "port": broker.port, "forget_s": 1},
            "mqtt_console": console or {},
            "packages": {"trial_s": 1},
        }
        (application / "config.json").write_text(json.dumps(config))
        (application / "faulty.py").write_text(FAULTY)
        layout.lay_out(folder / ("board-" + name), application, runtime)
        self.board = Board(folder / ("board-" + name), runtime=runtime, heap="256K", relay=False)
        self.board.start()
        self.url = "mqtt://127.0.0.1:{}/modcore/{}".format(broker.port, name)


@pytest.fixture
def unit(tmp_path, mosquitto):
    """Function that boots the device; its keywords are those of Device."""
    started = []

    def start(**options):
        started.append(Device(tmp_path, mosquitto, **options))
        return started[-1]

    yield start
    for one in started:
        one.board.stop()
        print(one.board.text[-4000:])


def shell(device, code, cwd):
    """Return what the prompt answers to a program on standard input."""
    command = [sys.executable, "-m", "host.cli", "shell", "-d", device.url]
    done = subprocess.run(
        command, input=code, cwd=str(cwd), env=environment(), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("runtime", ["micropython32", "cpython"])
def test_the_console_shows_the_log_and_runs_code_and_the_last_crash_outlives_a_reboot(
    unit, mosquitto, tmp_path, runtime
):
    device = unit(console=ALL, runtime=runtime)
    base = "modcore/unit/console/"
    with Mqtt(mosquitto.port, base + "#") as peer:
        peer.wait(base + "offers", '["log", "crash", "prompt", "install"]')
        eventually(
            lambda: [line for line in peer.payloads(base + "log") if "a loud line" in line], "the line"
        )
        assert " warning faulty: a loud line" in peer.last(base + "log")
        assert not [line for line in peer.payloads(base + "log") if "quiet" in line]

        assert shell(device, "1 + 1", tmp_path) == "2\n"
        assert shell(device, "for i in range(3):\n    print(i * 2)\n", tmp_path) == "0\n2\n4\n"
        assert shell(device, "a = kernel.name\n", tmp_path) == ""
        assert shell(device, "a", tmp_path) == "'unit'\n"
        assert "ZeroDivisionError" in shell(device, "1 / 0", tmp_path)
        assert len(shell(device, "'x' * 3000", tmp_path)) == 3003
        # What was kept by the broker is not run: it would be at each connection.
        peer.publish(base + "in", "kernel.name = 'stolen'", retain=True)
        peer.publish(base + "in", "")

        peer.publish("modcore/unit/faulty/go/set", "true")
        eventually(lambda: peer.last(base + "crash"), "the crash")
        told = json.loads(peer.last(base + "crash"))
        assert told["module"] == "faulty" and told["text"].rstrip().endswith("OSError: the pump is dry")
        peer.publish(base + "crash", "", retain=True)  # somebody has seen it
    device.board.power_cut()
    device.board.start()
    eventually(lambda: retained(mosquitto.port, base + "crash"), "the crash after a reboot")
    assert "the pump is dry" in modcore("logs", "-d", device.url, cwd=tmp_path)
    assert shell(device, "kernel.name", tmp_path) == "'unit'\n"


def test_a_plugin_comes_in_pieces_and_is_taken_only_with_its_hash(unit, mosquitto, tmp_path, monkeypatch):
    device = unit(console={"install": True})
    mine = tmp_path / "mine"
    add_lamp(mine, more="'" + "x" * 3000 + "'")
    out = modcore("install", "lamp", "-d", device.url, cwd=mine)
    assert "installed lamp 1.0.0" in out
    assert modcore("get", "lamp/version", "-d", device.url, cwd=mine) == "1.0.0\n"
    add_lamp(mine, "1.1.0")
    assert "updated lamp 1.1.0" in modcore("update", "lamp", "-d", device.url, cwd=mine)
    add_lamp(mine, "2.0.0", "raise OSError('no bulb')")
    text = one_line(modcore("update", "lamp", "-d", device.url, cwd=mine, status=1))
    assert "no bulb" in text
    eventually(
        lambda: modcore("get", "lamp/version", "-d", device.url, cwd=mine) == "1.1.0\n", "the former one"
    )

    # What is on the way changes a byte.
    class Spoilt(Pieces):
        def _read(self, path):
            data = Pieces._read(self, path)
            return data[:-1] + b"#" if path.startswith("file/") else data

    add_lamp(mine, "1.2.0")
    monkeypatch.chdir(mine)
    with Mqtt(mosquitto.port, "modcore/unit/plugins/failed") as peer:
        with Spoilt(broker.Device(device.url), "update", "lamp"):
            eventually(lambda: peer.last("modcore/unit/plugins/failed"), "the refusal")
        assert "SHA-256 is not the registry's" in peer.last("modcore/unit/plugins/failed")
        # Nobody sends anything.
        peer.messages.clear()
        peer.publish("modcore/unit/console/install", '{"action": "update", "name": "lamp"}')
        eventually(lambda: peer.last("modcore/unit/plugins/failed"), "the patience to end")
        assert "nobody sends it" in peer.last("modcore/unit/plugins/failed")
        peer.messages.clear()
        peer.publish("modcore/unit/console/install", '{"action": "remove", "name": "lamp"}')
        eventually(lambda: peer.last("modcore/unit/plugins/failed"), "the refusal")
    assert modcore("get", "lamp/version", "-d", device.url, cwd=mine) == "1.1.0\n"


def test_a_fleet_comes_forward_in_waves_and_stops_when_one_device_fails(unit, mosquitto, tmp_path):
    mine = tmp_path / "mine"
    add_lamp(mine)
    names = ("one", "three", "two")  # as they are listed
    fleet = {name: unit(console={"install": True}, name=name) for name in names}
    words = ("--broker", mosquitto.url, "--json")

    def listed():
        found = json.loads(modcore("devices", *words, cwd=mine))
        return {device["name"]: (device["status"], device["plugins"].get("lamp")) for device in found}

    for name in names:
        modcore("install", "lamp", "-d", fleet[name].url, cwd=mine)
    assert listed() == dict.fromkeys(names, ("online", "1.0.0"))
    add_lamp(mine, "1.1.0")
    report = json.loads(modcore("devices", "update", "lamp", "--wave", "2", *words, cwd=mine))
    assert report["updated"] == dict.fromkeys(names, "1.1.0") and not report["failed"], report
    add_lamp(mine, "2.0.0", "raise OSError('no bulb')")
    text = modcore("devices", "update", "lamp", "--broker", mosquitto.url, cwd=mine, status=1)
    assert "stopped: one failed" in one_line(text)
    eventually(lambda: listed() == dict.fromkeys(names, ("online", "1.1.0")), "the former one")
    assert not [name for name in names[1:] if "lamp 2.0.0" in fleet[name].board.text]
    # One that is away is named, and the others come forward.
    fleet["two"].board.power_cut()
    eventually(lambda: listed()["two"][0] == "offline", "the loss")
    text = one_line(modcore("set", "faulty/go", "true", "-d", fleet["two"].url, cwd=mine, status=1))
    assert "the device is offline" in text
    add_lamp(mine, "1.2.0")
    report = json.loads(modcore("devices", "update", "lamp", *words, cwd=mine))
    assert report["updated"] == {"one": "1.2.0", "three": "1.2.0"} and report["offline"] == ["two"]


def test_nothing_of_it_is_there_until_it_is_configured(unit, mosquitto, tmp_path):
    device = unit()
    base = "modcore/unit/console/"
    with Mqtt(mosquitto.port, "modcore/unit/#") as peer:
        peer.wait(base + "offers", "[]")
        for word in ("in", "install", "piece"):
            assert "'{}{}'".format(base, word) not in mosquitto.output
        peer.publish(base + "in", "kernel.name = 'stolen'")
        # A button has no state that could answer.
        assert modcore("set", "faulty/go", "true", "-d", device.url, cwd=tmp_path) == "null\n"
        eventually(lambda: "the pump is dry" in device.board.text, "the fault")
        assert not peer.payloads(base + "log") and not peer.payloads(base + "crash")
    assert "offers no prompt" in one_line(modcore("shell", "-d", device.url, cwd=tmp_path, status=1))
    text = one_line(modcore("logs", "-f", "-d", device.url, cwd=tmp_path, status=1))
    assert "no log leaves over the broker" in text
