"""wlan on the virtual board: access points that go and come back, wrong passwords, resets."""

import json
import re

import httpx
import plain_http
import pytest
from bus_witness import seen, witness
from witness import WITNESS

from peers import Events, Mqtt
from processes import eventually

RUNTIMES = ["cpython", "micropython", "micropython32"]
# A radio and a module in a hurry.
PACE = {"join": 20, "dhcp": 20, "search": 30, "refuse": 30, "lose": 20, "retry": 50}
QUICK = {"poll_ms": 20, "check_s": 0.05, "retry_s": 0.1, "retry_max_s": 0.4, "timeout_s": 3}


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """The runtimes of a device."""
    return request.param


@pytest.fixture
def boot(device):
    """Function that boots a device with these networks (and more keys for its configuration); returns its board."""

    def start(networks, runtime="micropython32", plugins=("wlan",), **more):
        config = dict(name="shed", plugins=list(plugins), modules=["witness"], **more)
        config["wlan"] = dict(QUICK, networks=networks, allow=["scan", "add", "forget", "restart"])
        board = device(config=config, files={"witness.py": WITNESS}, runtime=runtime, heap="256K")
        board.call(board.world.wifi.pace.update, PACE)
        return board

    return start


def test_an_access_point_that_goes_and_comes_back(boot, runtime):
    board = boot(["Home"], runtime)
    board.wifi.add("Home", "", -55)
    board.wait_for("bus wlan/connected true")
    for _ in range(20):
        board.wifi.down("Home")
        board.wait_for("bus wlan/connected false")
        board.wifi.up("Home")
        board.wait_for("bus wlan/connected true")
    assert "bus $error" not in board.text
    assert board.world.wifi._hostname == "shed"


def test_every_kind_of_board(device):
    for kind in ("esp32", "esp8266", "rp2"):
        board = device(
            config={"plugins": ["wlan"], "modules": ["witness"], "wlan": dict(QUICK, networks=["Home"])},
            files={"witness.py": WITNESS},
            kind=kind,
        )
        home = board.wifi.add("Home", "password")
        board.wait_for('bus wlan/error "Home: wrong password"')
        home.password = ""
        board.wait_for("bus wlan/connected true")
        board.stop()


def test_dhcp_that_never_answers_and_then_does(boot, runtime):
    board = boot(["Home"], runtime)
    home = board.wifi.add("Home", dhcp=False)
    board.wait_for('bus wlan/error "Home: gives no address (DHCP)"')
    home.dhcp = True
    board.wait_for("bus wlan/connected true")


def test_a_network_learnt_over_http_is_known_after_the_power_was_cut(boot, runtime):
    board = boot([], runtime, ("wlan", "softap", "http_async"))
    board.wifi.add("Home", "geheim-42")
    board.wait_for("bus softap/on true")
    answer = eventually(
        lambda: _put(board.url + "/api/wlan/add", {"ssid": "Home", "password": "geheim-42"}), "an answer"
    )
    assert answer.status_code == 200
    board.wait_for("bus wlan/connected true")
    board.power_cut()
    board.start()
    board.wait_for("bus wlan/connected true")
    assert json.loads((board.files / "config.json").read_text())["wlan"]["networks"] == ["Home"]
    assert json.loads((board.files / "secrets.json").read_text())["wlan"]["passwords"] == {
        "Home": "geheim-42"
    }
    api = plain_http.get(board.url + "/api").text
    assert "geheim" not in api and "geheim" not in board.text


def test_commands_come_over_mqtt_and_http_and_nobody_sees_a_password(device, mosquitto):
    config = {
        "name": "shed",
        "plugins": ["wlan", "http_async", "mqtt", "log"],
        "modules": ["witness"],
        "wlan": dict(QUICK, networks=["Home"], allow=["scan", "add", "forget", "restart"]),
        "mqtt": {"host": "broker.local"},
        "log": {"level": "debug"},
    }
    files = {"witness.py": witness("#", "$log/#")}
    board = device(config=config, files=files, broker=mosquitto, heap="256K")
    board.wifi.add("Home", "", -70)
    board.wifi.add("Better", "geheim-42", -40)
    board.wait_for("bus mqtt/connected true")
    base = "modcore/shed/wlan/"
    with Mqtt(mosquitto.port, "modcore/#") as mqtt, Events(board.url) as events:
        mqtt.wait(base + "connected", "true")
        mqtt.publish(base + "scan/set", "true")
        eventually(lambda: "Better" in (mqtt.last(base + "networks") or ""), "the scan")
        mqtt.publish(base + "add/set", '{"ssid": "Better", "password": "short"}')
        eventually(lambda: "8 to 63" in (mqtt.last(base + "add/error") or ""), "the reason")
        mqtt.publish(base + "add/set", '"geheim-42"')
        mqtt.publish(base + "add/set", '{"ssid": "Better", "password": "geheim-42"}')
        mqtt.wait(base + "known", '["Home", "Better"]')
        assert plain_http.put(board.url + "/api/wlan/restart", json=True).status_code == 200
        events.wait("wlan/ssid", "Better")
        mqtt.wait(base + "ssid", "Better")
        assert plain_http.put(board.url + "/api/wlan/forget", json="Better").status_code == 200
        events.wait("wlan/ssid", "Home")
        mqtt.wait(base + "ssid", "Home")
        refused = plain_http.put(board.url + "/api/wlan/forget", json="Better")
        assert refused.status_code == 400
        assert refused.json()["error"] == "wlan/forget: Better is not known"
        refused = plain_http.put(board.url + "/api/wlan/add", json={"ssid": "x", "password": "geheim4"})
        assert refused.status_code == 400 and "8 to 63" in refused.json()["error"]
        seen_outside = str([m for m in mqtt.messages if not m[0].endswith("/set")]) + str(events.events)
    seen_outside += (
        board.text + plain_http.get(board.url + "/api").text + plain_http.get(board.url + "/log").text
    )
    assert "geheim" not in seen_outside
    assert json.loads((board.files / "secrets.json").read_text()) == {"wlan": {"passwords": {}}}


def test_power_cut_while_a_network_is_saved_leaves_whole_files(boot):
    board = boot([], "micropython", ("wlan", "softap", "http_async"), softap={"mode": "on"})
    for turn in range(8):
        eventually(lambda: _get(board.url + "/api/wlan/known"), "the device")
        with plain_http.Client() as client:
            # The first is saved at once, and so are a few; the rest would wait for a minute.
            for number in range(turn, -1, -1):
                client.put(board.url + "/api/wlan/add", json={"ssid": "n%d" % number, "password": "password"})
        board.power_cut()
        for name in ("config.json", "secrets.json"):
            path = board.files / name
            if path.exists():
                json.loads(path.read_text())
        board.start()
        board.wait_for("bus wlan/state")
    assert not (board.files / "config.json.bad").exists()
    assert len(json.loads((board.files / "config.json").read_text())["wlan"]["networks"]) == 8


def test_power_cut_in_every_state_and_it_joins_all_the_same(boot):
    board = boot(["Home"], "micropython32", ("wlan", "softap", "ntp", "log"), softap={"after_s": 0.3})
    home = board.wifi.add("Home", "", -50)

    def change(faults):
        home.is_up, home.password, home.refuses, home.dhcp = True, "", False, True
        for name, value in faults.items():
            setattr(home, name, value)

    for state, faults in (
        ("connecting", {}),
        ("connected", {}),
        ("absent", {"is_up": False}),
        ("wrong password", {"password": "geheim-42"}),
        ("refused", {"refuses": True}),
        ("refused", {"dhcp": False}),
    ):
        board.call(change, faults)
        board.power_cut()
        board.start()
        board.wait_for('bus wlan/state "{}"'.format(state))
        board.power_cut()
        board.call(change, {})
        board.start()
        board.wait_for('bus wlan/state "connected"')
    # Also with its own access point open.
    board.wifi.down()
    board.wait_for("bus softap/on true")
    board.power_cut()
    board.wifi.up()
    board.start()
    board.wait_for('bus wlan/state "connected"')
    assert "bus $error" not in board.text


def _put(url, value):
    try:
        return plain_http.put(url, json=value)
    except httpx.TransportError:
        return None


def _get(url):
    try:
        return plain_http.get(url)
    except httpx.TransportError:
        return None


def test_a_hundred_losses_leave_the_heap_where_it_was(device, mosquitto):
    config = {
        "plugins": ["wlan", "mqtt", "timers"],
        "modules": ["witness"],
        "wlan": {"networks": ["Home"], "retry_s": 0.5, "retry_max_s": 2},
        "mqtt": {"host": "broker.local"},
        "timers": {"intervals": {"look": {"every": "1 min", "fire": "test/heap"}}},
    }
    files = {"witness.py": witness("wlan/connected", "mqtt/connected")}
    board = device(config=config, files=files, broker=mosquitto, heap="128K", virtual_clock=True)
    board.wifi.add("Home")
    board.forward(30)
    board.wait_for("bus mqtt/connected true")
    for _ in range(100):
        board.wifi.down()
        board.forward(5)
        board.wifi.up()
        board.forward(7)
    assert [seen(board, "wlan/connected").count(value) for value in (True, False)] == [101, 101]
    board.forward(60)
    assert seen(board, "mqtt/connected")[-1] and "bus $error" not in board.text
    heaps = [int(size) for size in re.findall(r"^heap (\d+)", board.text, re.M)]
    assert len(heaps) >= 19 and max(heaps[10:]) <= max(heaps[:10]) + 500, heaps
