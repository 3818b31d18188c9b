"""The samples of a house, with the world around their boards: thermostat, garage, rgb_lamp, weather, own_plugin,
gpio_timers, wlan_ntp, home_assistant."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import environment
from test_samples import SAMPLES, Client, _answers

from host.board import control
from processes import eventually, tool


@pytest.fixture
def house(device):
    """Function that boots a sample and returns (its board, a Client of it)."""

    def boot(name, config=None, heap="128K"):
        board = device("samples/" + name, config, heap=heap)
        client = Client(board.url)
        eventually(lambda: _answers(client), "the web server answers")
        return board, client

    return boot


def _value(get, topic):
    return json.loads(get("/api/" + topic).text)


def _put(get, topic, value):
    return get("/api/" + topic, json.dumps(value).encode(), "PUT").status


def test_the_thermostat_heats_what_is_cold_and_keeps_its_target(house):
    board, get = house("thermostat", {"thermostat": {"hysteresis": 1}})
    room = board.world.wires.dht

    def heats_at(degrees):
        board.call(room.__setitem__, 4, (degrees, 48.0))
        climate = lambda: _value(get, "thermostat/climate")  # noqa: E731
        eventually(lambda: climate().get("temperature") == degrees, "{} degrees".format(degrees))
        heats = climate()["action"] == "heating"
        eventually(lambda: _value(get, "sensors/heater_1") is heats, "the relay follows")
        return heats

    # The target is 20; within half a degree of it nothing changes.
    assert [heats_at(degrees) for degrees in (19.4, 20.3, 20.6, 19.7)] == [True, True, False, False]
    assert _put(get, "thermostat/climate", 22.5) == 200 and _put(get, "thermostat/climate", 99) == 400
    eventually(lambda: _value(get, "thermostat/climate")["action"] == "heating", "it heats")
    assert _put(get, "thermostat/climate", "off") == 200
    eventually(lambda: _value(get, "sensors/heater_1") is False, "the relay is off")
    kept = board.files / "kept.json"
    eventually(lambda: kept.is_file() and "22.5" in kept.read_text(), "the target is kept")
    board.power_cut()
    board.start()
    eventually(lambda: _answers(get), "it is back")
    assert _value(get, "thermostat/climate")["target"] == 22.5
    board.call(room.pop, 4)
    series = json.loads(get("/api/history").text)["series"]
    assert {"thermostat/room", "thermostat/target"} <= {each["topic"] for each in series}


def test_the_garage_door_moves_stops_and_lets_somebody_out(house):
    board, get = house("garage", {"garage": {"travel_s": 3}})
    pins = board.world.pins
    door = lambda: _value(get, "garage/door")  # noqa: E731
    assert _put(get, "garage/door", "open") == 200
    eventually(lambda: door()["state"] == "opening" and pins[25].level() == 1, "it opens")
    assert pins[26].level() == 0
    eventually(lambda: door() == {"state": "open", "position": 100}, "it is open")
    assert pins[25].level() == 0
    assert _put(get, "garage/door", 40) == 200
    eventually(lambda: door()["state"] == "open" and 25 < door()["position"] < 55, "it stands half open")
    assert _put(get, "garage/door", "close") == 200
    eventually(lambda: pins[26].level() == 1, "it closes")
    board.set_pin(27, 0)
    eventually(lambda: door()["state"] == "opening" and pins[26].level() == 0, "it opens for somebody")
    assert _value(get, "garage/blocked") is True
    assert _put(get, "garage/door", "stop") == 200
    eventually(lambda: pins[25].level() == pins[26].level() == 0, "it stands")
    assert _put(get, "garage/door", "close") == 200
    assert pins[26].level() == 0 and _put(get, "garage/door", "up") == 400
    board.set_pin(27, 1)
    eventually(lambda: door() == {"state": "closed", "position": 0}, "it is closed")


def test_the_lamp_takes_colours_and_effects_and_comes_back_as_it_was(house):
    board, get = house("rgb_lamp")
    shown = lambda: board.world.wires.pixels.get(16, b"").hex()  # noqa: E731
    assert shown() == "000000" * 12
    assert _put(get, "lamp/light", {"on": True, "color": [0, 0, 255], "brightness": 100}) == 200
    eventually(lambda: shown() == "0000ff" * 12, "blue")
    kept = board.files / "kept.json"
    eventually(lambda: kept.is_file() and "255" in kept.read_text(), "it is kept")
    board.power_cut()
    board.call(board.world.wires.pixels.clear)
    board.start()
    eventually(lambda: shown() == "0000ff" * 12, "as it was")
    eventually(lambda: _answers(get), "it is back")
    assert _put(get, "lamp/light", {"color": [200, 100, 0], "brightness": 50}) == 200
    eventually(lambda: shown() == "326400" * 12, "half as bright")
    assert _put(get, "lamp/light", {"effect": "rainbow"}) == 200
    before = shown()
    eventually(
        lambda: shown() != before and len({shown()[i : i + 6] for i in range(0, 72, 6)}) > 6, "a rainbow"
    )
    assert _put(get, "lamp/light", {"effect": "disco"}) == 400


def test_the_weather_station_tells_the_broker_and_sleeps(device, mosquitto):
    config = {"wlan": {"networks": ["home"]}, "mqtt": {"host": "broker.local"}}
    config["deepsleep"] = {"sleep_s": 2, "awake_s": 6}
    board = device("samples/weather", config, broker=mosquitto, heap="128K")
    board.wifi.add("home", "")
    listen = ["-h", "127.0.0.1", "-p", str(mosquitto.port), "-v", "-t", "modcore/weather/sensors/+"]
    eventually(lambda: board.boots > 2, "it sleeps and wakes")
    seen = subprocess.run(
        [tool("mosquitto_sub"), *listen, "-C", "4", "-W", "30"], capture_output=True, text=True
    ).stdout
    assert "sensors/air_temperature 18.5" in seen and "sensors/air_pressure 1013" in seen, seen
    assert "sensors/sky 5400" in seen


def test_the_porch_is_lit_while_somebody_is_there(house):
    """gpio_timers"""
    after = {"dark": {"delay": "1 s", "start": "gpio/motion", "fire": [["gpio/lamp/set", False]]}}
    config = json.loads((SAMPLES / "gpio_timers" / "config.json").read_text())["timers"]
    board, get = house("gpio_timers", {"timers": dict(config, after=after)}, "160K")
    board.set_pin(13, 1)
    eventually(lambda: _value(get, "gpio/lamp") is True, "somebody comes")
    eventually(lambda: _value(get, "gpio/lamp") is False, "the delay is over")
    board.set_pin(13, 0)
    board.call(control.do, board, "press 0")
    eventually(lambda: _value(get, "gpio/lamp") is True, "the button is pressed")
    board.set_volts(34, 0.5)
    eventually(lambda: _value(get, "gpio/soil_state") == "low", "the soil is dry")
    assert _value(get, "timers/evening") is True


def test_the_clock_shows_the_time_of_the_network_or_none(device):
    """wlan_ntp"""
    board = device("samples/wlan_ntp", heap="128K", virtual_clock=True)
    board.wifi.add("House", "")
    get = Client(board.url)
    shown = lambda: _value(get, "clock/time")  # noqa: E731
    board.wait_for("says the clock is off by")
    assert board.wait_until(lambda: re.fullmatch(r"\d\d:\d\d:\d\d", shown() or ""))
    board.clock.jump(100000)
    board.forward(20)
    assert board.wait_until(lambda: board.text.count("says the clock is off by") > 1)


def test_home_assistant_is_told_all_that_the_workshop_has(device, mosquitto):
    """home_assistant"""
    board = device(
        "samples/home_assistant", {"mqtt": {"host": "broker.local"}}, broker=mosquitto, heap="192K"
    )
    words = [
        "-h",
        "127.0.0.1",
        "-p",
        str(mosquitto.port),
        "-t",
        "homeassistant/#",
        "-C",
        "10",
        "-W",
        "60",
        "-F",
        "%t",
    ]
    told = subprocess.run([tool("mosquitto_sub"), *words], capture_output=True, text=True).stdout
    kinds = {topic.split("/")[1] for topic in told.split()}
    assert {"climate", "light", "cover", "fan", "switch", "select", "button", "event"} <= kinds, told
    get = Client(board.url)
    assert _put(get, "workshop/shutter", "close") == 200
    eventually(lambda: _value(get, "workshop/shutter") == {"state": "closed", "position": 0}, "it is closed")


def test_the_plugins_repository_passes_its_own_check_and_warns(house, tmp_path):
    board, get = house("own_plugin")
    assert _value(get, "soil/34") == 70 and _value(get, "soil/34_dry") is False
    board.set_volts(34, 0.6)
    eventually(lambda: _value(get, "soil/34_dry") is True, "it is dry")
    checked = subprocess.run(
        [sys.executable, "-m", "host.cli", "check", "--json"],
        cwd=str(SAMPLES / "own_plugin"),
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout
    assert {"heap of soil", "tests on micropython32"} <= {row["check"] for row in json.loads(checked.stdout)}
    assert not (Path(SAMPLES) / "own_plugin" / "registry.json").exists()
