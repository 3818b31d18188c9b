"""The garden's valves as people use them: a device, a real broker, MQTT and HTTP clients, and what goes wrong."""

import contextlib
import time

import plain_http
import pytest
from test_ntp import Udp, reply_with
from watering_board import BASE, HEAP, PLUGINS, VALVES, answers, api, levels, put

from peers import Events, Mqtt, curl, retained
from processes import eventually


@pytest.mark.parametrize("runtime", ["cpython", "micropython32"])
def test_valves_open_from_the_web_and_from_mqtt(watering, mosquitto, runtime):
    board = watering(runtime=runtime)
    assert levels(board) == [0] * 8
    with Mqtt(mosquitto.port, BASE + "#") as mqtt, Events(board.url) as events:
        answer = put(board, "/api/valves/0", "true")
        assert (answer.status_code, answer.json()) == (200, True)
        assert board.wait_pin(4, 1)
        mqtt.wait(BASE + "valves/0", "true")
        assert retained(mosquitto.port, BASE + "valves/0") == "true"
        mqtt.publish(BASE + "valves/1/set", "true")
        events.wait("valves/1", True)
        assert api(board, "/api/valves/1") is True
        assert board.wait_pin(27, 1)
        answer = put(board, "/api/valves/0", '"wet"')
        assert answer.status_code == 400
        assert "valves/0" in answer.json()["error"] and "true or false" in answer.json()["error"]
        assert answer.headers["content-type"] == "application/json"
        put(board, "/api/valves/0", "false")
        assert board.wait_pin(4, 0)
        events.wait("valves/0", False)
        mqtt.wait(BASE + "valves/0", "false")
        assert levels(board) == [0, 1, 0, 0, 0, 0, 0, 0]


def test_the_page_and_the_api_describe_the_valves(watering):
    board = watering()
    page = plain_http.get(board.url + "/")
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    text = page.text.replace("xmlns='http://www.w3.org/2000/svg'", "")  # a name, which nobody fetches
    assert "http://" not in text and "https://" not in text, "a resource from outside"
    # Told again when all modules have started.
    shown = eventually(lambda: _dashboard(board, "watering"), "the garden's page in the dashboard")
    assert shown["first"] == "watering"
    about = plain_http.get(board.url + "/api").json()
    assert about["name"] == "garden" and about["id"]
    assert about["versions"]["modcore"]
    valve = about["modules"]["valves"]["properties"]["0"]
    assert valve["name"] == "Lawn" and valve["kind"] == "valve" and valve["value"] is False


def _dashboard(board, page):
    # What the dashboard tells when it has the page, else None.
    told = api(board, "/api/dashboard/about") or {"pages": ()}
    return told if page in [view["id"] for view in told["pages"]] else None


def test_eight_event_streams_see_the_same(watering):
    board = watering({"valves": dict(VALVES, at_once=7)})
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(Events(board.url, "?filter=valves/%2B")) for _ in range(8)]
        for stream in streams:
            stream.wait("valves/7", False)
        for number in range(7):
            curl("-X", "PUT", "-d", "true", "{}/api/valves/{}".format(board.url, number))
        for stream in streams:
            stream.wait("valves/6", True)
            assert [event for event in stream.events if event[1]] == [
                ("valves/{}".format(number), True) for number in range(7)
            ]


def test_a_disabled_valve_stays_closed(watering, mosquitto):
    board = watering()
    answer = put(board, "/api/valves/7", "true")
    assert answer.status_code in (403, 405) and answer.status_code != 200
    with Mqtt(mosquitto.port, BASE + "#") as mqtt:
        mqtt.publish(BASE + "valves/7/set", "true")
        mqtt.publish(BASE + "valves/0/set", "true")
        mqtt.wait(BASE + "valves/0", "true")
    assert levels(board) == [1, 0, 0, 0, 0, 0, 0, 0]
    # The bridge asks the broker only for what somebody listens to.
    assert BASE + "valves/6/set" in mosquitto.output
    assert "\t{}valves/7/set (QoS".format(BASE) not in mosquitto.output


def test_the_broker_is_killed_and_comes_back_empty(watering, mosquitto):
    board = watering()
    put(board, "/api/valves/2", "true")
    mosquitto.kill()
    eventually(lambda: api(board, "/api/mqtt/connected") is False, "the loss to be noticed")
    assert put(board, "/api/valves/3", "true").status_code == 200
    mosquitto.start()
    with Mqtt(mosquitto.port, BASE + "#") as mqtt:
        mqtt.wait(BASE + "status", "online")
        for number in range(8):
            mqtt.wait(BASE + "valves/{}".format(number), "true" if number in (2, 3) else "false")
        mqtt.publish(BASE + "valves/2/set", "false")
        mqtt.wait(BASE + "valves/2", "false")
        assert board.wait_pin(16, 0)
    assert retained(mosquitto.port, BASE + "valves/3") == "true"


def test_the_network_is_lost_and_back_whatever_the_player_does(device, mosquitto):
    """Broker, access point, time server at once, and a wrong clock: pins and seconds go on as they were."""
    there = [True]
    now = reply_with(time.time)
    with Udp(lambda message: now(message) if there else None) as clock:
        config = {
            "plugins": PLUGINS + ["wlan", "ntp"],
            "mqtt": {"host": "broker.local"},
            "valves": dict(VALVES, master=23, lag_s=30),
            "wlan": {"networks": ["Home"], "retry_s": 0.2, "retry_max_s": 1},
            "ntp": {
                "hosts": ["127.0.0.1:%d" % clock.port],
                "timeout_ms": 500,
                "retry_s": 1,
                "retry_max_s": 1,
            },
        }
        board = device("samples/watering", config, broker=mosquitto, heap=HEAP, pc_clock=True)
        board.wifi.add("Home")
        _lose_the_network_in_each_state(board, mosquitto, there)


def _lose_the_network_in_each_state(board, mosquitto, there):
    def post(path, body=None):
        assert plain_http.post(board.url + "/watering/" + path, json=body, timeout=20).status_code == 200

    def left():
        return eventually(lambda: api(board, "/watering/state"), "the state")["current"]

    def is_back():
        for path in ("/api/wlan/connected", "/api/mqtt/connected", "/api/ntp/synced"):
            answers(board, path)
        eventually(lambda: abs(board.world.clock.offset) <= 1, "the right time")

    def lose(wanted):
        there.clear()
        board.wifi.down()
        mosquitto.stop()
        board.clock.jump(-3600)
        time.sleep(2)
        assert levels(board) == wanted
        mosquitto.start()
        board.wifi.up()
        there.append(True)
        is_back()
        assert levels(board) == wanted

    is_back()
    lose([0] * 8)
    post("program/play/1")
    eventually(lambda: levels(board) == [1, 0, 1, 0, 0, 0, 0, 0])
    before, since = left(), time.monotonic()
    lose([1, 0, 1, 0, 0, 0, 0, 0])
    after, passed = left(), time.monotonic() - since
    assert all(abs(before[id] - after[id] - passed) <= 3 for id in ("0", "2")), (before, after, passed)
    post("pause/true")
    paused = left()
    lose([0] * 8)
    assert left() == paused
    post("pause/false")
    post("valve/1/true", {"seconds": 900})
    eventually(lambda: levels(board) == [0, 1, 0, 0, 0, 0, 0, 0])
    lose([0, 1, 0, 0, 0, 0, 0, 0])
    post("valve/1/false")
    eventually(lambda: levels(board) == [1, 0, 1, 0, 0, 0, 0, 0])
    post("state/stop")
    eventually(lambda: levels(board) == [0] * 8)
    assert board.pin(23) == 1, "the master lags"
    lose([0] * 8)


def test_a_power_cut_is_told_by_the_last_will(watering, mosquitto):
    board = watering(config={"mqtt": {"host": "broker.local", "keepalive_s": 2}})
    put(board, "/api/valves/0", "true")
    with Mqtt(mosquitto.port, BASE + "#") as mqtt:
        mqtt.wait(BASE + "valves/0", "true")
        board.power_cut()
        mqtt.wait(BASE + "status", "offline")
        assert retained(mosquitto.port, BASE + "status") == "offline"
        board.start()
        mqtt.wait(BASE + "status", "online")
        mqtt.wait(BASE + "valves/0", "false")
    assert levels(board) == [0] * 8


def test_an_orderly_stop_closes_the_valves_and_says_so(watering, mosquitto):
    board = watering()
    with Mqtt(mosquitto.port, BASE + "#") as mqtt:
        for number in (0, 5):
            put(board, "/api/valves/{}".format(number), "true")
            mqtt.wait(BASE + "valves/{}".format(number), "true")
        board.interrupt()
        mqtt.wait(BASE + "status", "offline")
        eventually(lambda: board.console.at_prompt, "the prompt")
        assert levels(board) == [0] * 8
        # Nobody is told for ever that a valve of a device that is off were open.
        assert retained(mosquitto.port, BASE + "valves/0") in (None, "false")
    assert "Traceback" not in board.text
    assert curl(board.url + "/api")[0] == 0
