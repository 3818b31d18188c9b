"""`make run`: the garden on the web and on MQTT, what ends it and what it survives."""

import contextlib
import fcntl
import json
import os
import pty
import signal
import subprocess
import termios
from pathlib import Path

import psutil
import pytest
import requests
from make_run import BASE, Garden, Listener

from peers import Mqtt
from processes import eventually, listening

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def listener():
    """A function that listens at the broker on a port."""
    clients = []

    def listen(port):
        clients.append(Listener(port))
        return clients[-1]

    yield listen
    for client in clients:
        client.close()


def test_a_valve_on_the_web_and_on_mqtt(garden, listener):
    garden = garden()
    assert garden.ready() == [garden.url, "mqtt://127.0.0.1:{}/modcore/garden".format(garden.mqtt)]
    mqtt = listener(garden.mqtt)
    eventually(lambda: mqtt.last.get("status") == ("online", True), "the retained status")
    eventually(
        lambda: mqtt.value("valves/0") == "false", "the state"
    )  # it may have come before the listener or after

    # From the web to MQTT, and to the pin.
    answer = garden.put("/valves/0", "true")
    assert answer.status_code == 200 and answer.json() is True
    eventually(lambda: mqtt.value("valves/0") == "true", "valves/0 on MQTT")
    assert garden.board("pin", "4") == "1\n"
    # A new listener gets it retained.
    late = listener(garden.mqtt)
    eventually(lambda: late.last.get("valves/0") == ("true", True), "the retained state")
    # One that asks for it alone gets that, and not what others ask for.
    with Mqtt(garden.mqtt, BASE + "valves/0") as peer:
        peer.wait(BASE + "valves/0", "true")
        assert peer.messages == [(BASE + "valves/0", "true", True)]

    # From MQTT to the web, to the event stream, and to the pin.
    with requests.get(garden.url + "api/events?filter=valves/%2B", stream=True, timeout=20) as stream:
        lines = stream.iter_lines(chunk_size=1, decode_unicode=True)
        mqtt.send("valves/1/set", "true")
        seen = []
        for line in lines:
            seen.append(line)
            if seen[-2:] == ["event: valves/1", "data: true"]:
                break
    assert garden.get("/valves/1") is True
    assert garden.board("pin", "27") == "1\n"

    # What a valve does not take is refused with a reason.
    answer = garden.put("/valves/0", '"wet"')
    assert answer.status_code == 400
    body = answer.json()
    assert body["property"] == "valves/0" and "true or false" in json.dumps(body)
    # One that is disabled can't be set at all.
    assert garden.put("/valves/7", "true").status_code == 405
    assert garden.board("pin", "22") == "0\n"


def test_ctrl_c_closes_the_valves_and_says_offline(garden, listener, mosquitto):
    garden = garden(MQTT_URL=mosquitto.url)
    garden.ready()
    mqtt = listener(mosquitto.port)
    garden.put("/valves/0", "true")
    eventually(lambda: mqtt.value("valves/0") == "true", "valves/0 on MQTT")
    family = garden.family()
    garden.process.signal(signal.SIGINT)
    assert garden.process.process.wait(15) == 0
    eventually(lambda: mqtt.value("status") == "offline", "status offline")
    assert "GPIO4 Lawn low" in garden.process.output.split("GPIO4 Lawn high")[1]
    assert "Traceback" not in garden.process.output
    _, alive = psutil.wait_procs(family, 5)
    assert not alive
    assert not listening(garden.http)


def test_sigterm_leaves_nothing_behind(garden):
    garden = garden()
    garden.ready()
    family = garden.family()
    assert len(family) == 2  # the device and the broker
    for _ in range(20):  # each may come while the one before is told
        garden.process.process.terminate()
    assert garden.process.process.wait(15) == 0
    _, alive = psutil.wait_procs(family, 5)
    assert not alive
    assert not listening(garden.http) and not listening(garden.mqtt)


def test_a_killed_run_leaves_nothing_behind(garden):
    garden = garden()
    garden.ready()
    family = garden.family()
    garden.process.process.kill()
    _, alive = psutil.wait_procs(family, 10)
    assert not alive
    # And nothing stands in the way of the next one.
    again = Garden(
        lambda command, env: _again(garden, command, env), garden.folder, (garden.http, garden.mqtt)
    )
    again.ready()


def test_make_that_is_killed_takes_its_run_along(process, tmp_path, free_port):
    ports = free_port(), free_port()
    garden = Garden(lambda command, env: process(["make", "run"], env=env), tmp_path, ports)
    garden.ready()
    family = garden.family()
    assert len(family) == 3
    garden.process.process.kill()
    _, alive = psutil.wait_procs(family, 10)
    assert not alive


def test_a_terminal_that_is_closed_takes_its_run_along(tmp_path, free_port):
    ports = {"HTTP_PORT": str(free_port()), "MQTT_PORT": str(free_port()), "DEVICE": str(tmp_path)}
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        ["make", "run"],
        cwd=ROOT,
        env=dict(os.environ, TERM="xterm", **ports),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    try:
        shown = b""
        while b"ready http" not in shown:
            shown += os.read(ours, 65536)
        family = psutil.Process(run.pid).children(recursive=True)
        os.close(ours)
        _, alive = psutil.wait_procs(family, 15)
        assert not alive
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()


def _again(garden, command, env):
    garden.process.log.write_text("")
    garden.process.spawn(command, env=env)
    return garden.process


@pytest.mark.parametrize("runtime", ["micropython", "cpython"])
def test_other_runtimes(garden, runtime):
    garden = garden(RUNTIME=runtime)
    garden.ready()
    assert garden.put("/valves/2", "true").json() is True
    state = json.loads(garden.board("state"))
    assert state["runtime"] == runtime and state["pins"]["16"] == 1
    assert state["heap"] == {"micropython": "640K", "cpython": None}[runtime]


def test_a_small_heap_is_enough(garden):
    garden = garden(HEAP="256K")
    garden.ready()
    assert json.loads(garden.board("state"))["heap"] == "256K"
    for _ in range(5):
        assert len(garden.get("")["modules"]["valves"]["properties"]) == 8


def wait_for_line(process, start):
    """The line that begins so."""
    lines = process.wait_for(
        lambda: [line for line in process.output.splitlines() if line.startswith(start)], start
    )
    return lines[0]


def test_a_sample_without_a_page_says_where_it_is_seen_also_when_it_runs_again(garden, mosquitto):
    for _ in range(2):
        run = garden(SAMPLE="weather", MQTT_URL=mosquitto.url)
        assert run.ready() == [mosquitto.url + "/modcore/weather"]
        seen = "mosquitto_sub -v -h 127.0.0.1 -p {} -t 'modcore/weather/#'".format(mosquitto.port)
        assert wait_for_line(run.process, "it has no page: ").endswith(seen)
        run.process.signal(signal.SIGINT)
        assert run.process.process.wait(20) == 0


def test_the_broker_goes_and_comes_back(garden, listener, mosquitto):
    garden = garden(MQTT_URL=mosquitto.url)
    garden.ready()
    garden.put("/valves/3", "true")
    mosquitto.stop()
    assert garden.get("/valves/3") is True
    mosquitto.start()
    mqtt = listener(mosquitto.port)
    eventually(lambda: mqtt.value("valves/3") == "true", "the state on the new broker")
    mqtt.send("valves/4/set", "true")
    eventually(lambda: garden.get("/valves/4"), "a command over the new broker")


def test_a_broker_that_is_away_at_the_start_is_waited_for(garden, mosquitto):
    mosquitto.stop()
    garden = garden(MQTT_URL=mosquitto.url)
    garden.process.wait_for(lambda: "does not answer" in garden.process.output, "a word about the broker")
    eventually(lambda: listening(garden.http), "the web server")
    assert "ready" not in garden.process.output
    mosquitto.start()
    garden.ready()


def test_the_configuration_of_the_device_is_kept_and_the_code_is_not(garden):
    first = garden()
    first.ready()
    first.process.stop(15)
    files = first.folder / "files"
    config = json.loads((files / "config.json").read_text())
    config["valves"]["valves"][0]["name"] = "Front lawn"
    (files / "config.json").write_text(json.dumps(config))
    (files / "own.txt").write_text("mine")
    (files / "valves.mpy").write_bytes(b"broken")
    again = Garden(lambda command, env: _again(first, command, env), first.folder, (first.http, first.mqtt))
    again.ready()
    assert again.get("")["modules"]["valves"]["properties"]["0"]["name"] == "Front lawn"
    assert (files / "own.txt").read_text() == "mine"
