"""The bridge beside a real broker and paho: state out, commands in, brokers and networks that go and come."""

import json
import re
from pathlib import Path

import pytest
from mqtt_rogues import Proxy, with_secrets

from peers import Mqtt, retained
from processes import eventually

RUNTIMES = ["cpython", "micropython", "micropython32"]
BASE = "modcore/shed/"

SHED = (Path(__file__).parent / "mqtt_shed.py").read_text()


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """The runtimes of a device."""
    return request.param


@pytest.fixture
def shed(device):
    """Function that boots the shed beside a Mosquitto; settings go into its section `mqtt`."""

    def boot(broker, runtime="micropython32", plugins=("mqtt",), secrets=None, more=None, **settings):
        config = dict({"name": "shed", "plugins": list(plugins), "modules": ["shed"]}, **(more or {}))
        config["mqtt"] = dict({"host": "broker.local"}, **settings)
        files = {"shed.py": SHED}
        if secrets:
            files["main.py"] = with_secrets(secrets)
        return device(config=config, files=files, broker=broker, runtime=runtime)

    return boot


def test_state_is_retained_under_the_base_and_commands_change_it(shed, mosquitto, runtime):
    shed(mosquitto, runtime)
    with Mqtt(mosquitto.port, BASE + "#") as peer:
        peer.wait(BASE + "status", "online")
        peer.wait(BASE + "shed/pump", "false")
        peer.wait(BASE + "shed/sun", "20.5")
        peer.wait(BASE + "shed/label", "Lawn")
        for name, payload in (
            ("pump", "true"),
            ("level", "7.5"),
            ("mode", "eco"),
            ("mode", '"off"'),
            ("label", "Grüße aus dem Garten"),
        ):
            peer.publish(BASE + "shed/{}/set".format(name), payload)
            peer.wait(BASE + "shed/" + name, payload.strip('"'))
    assert retained(mosquitto.port, BASE + "shed/pump") == "true"
    assert retained(mosquitto.port, BASE + "shed/level") == "7.5"
    assert retained(mosquitto.port, BASE + "status") == "online"


def test_every_value_has_its_payload(shed, mosquitto, runtime):
    shed(mosquitto, runtime)
    with Mqtt(mosquitto.port, BASE + "#") as peer:
        peer.wait(BASE + "status", "online")
        peer.publish(BASE + "shed/say/set", "odd")
        eventually(lambda: peer.last(BASE + "shed/odd"), "the odd one")
        assert json.loads(peer.last(BASE + "shed/odd")) == {"a": [1, None, "x"]}
        peer.wait(BASE + "shed/bytes", "raw")
        peer.wait(BASE + "shed/nothing", "null")
        peer.wait(BASE + "shed/nan", "null")
        peer.publish(BASE + "shed/say/set", "events 3")
        eventually(lambda: peer.payloads(BASE + "shed/event") == ["0", "1", "2"], "the events in order")
        peer.publish(BASE + "shed/say/set", "clear shed/odd")
        peer.wait(BASE + "shed/odd", "")
    assert retained(mosquitto.port, BASE + "shed/odd") is None
    assert retained(mosquitto.port, BASE + "shed/event") is None


def test_what_begins_with_a_dollar_and_secrets_stay_on_the_device(shed, mosquitto):
    shed(mosquitto, secrets={"mqtt": {"password": "hush-hush"}, "shed": {"pin": "4711"}})
    with Mqtt(mosquitto.port, "#") as peer:
        peer.wait(BASE + "shed/pump", "false")
        peer.publish(BASE + "shed/say/set", "events 1")
        peer.wait(BASE + "shed/event", "0")
        for topic, payload, _ in peer.messages:
            assert topic.startswith(BASE) and "$" not in topic, topic
            assert "hush" not in payload and "4711" not in payload


BAD = [
    ("pump", "wet", "takes true or false, not"),
    ("pump", "1", "takes true or false, not 1"),
    ("pump", '{"a": 1}', "takes true or false"),
    ("pump", "", "the payload is empty"),
    ("level", "11", "takes a number from 0 to 10"),
    ("level", "1e400", "a number without bound"),
    ("level", "9" * 400, "a number of more than 60 characters"),
    ("level", "NaN", "takes a number"),
    ("level", "true", "takes a number"),
    ("mode", "turbo", 'takes one of "off", "eco"'),
    ("label", "x" * 300, "takes text of 0 to 255 characters"),
    ("label", "x" * 2500, "takes packets up to 2048 bytes"),
    ("label", "x" * 100000, "takes packets up to 2048 bytes"),
    ("label", b"\xff\xfe", "is not UTF-8"),
    ("pump", "[" * 20 + "]" * 20, "nested too deep"),
    ("pump", "[" * 1500, ""),
    ("plan", "[" * 1000 + "]" * 1000, "nested too deep"),
    ("locked", "true", "the key is missing"),
]


def test_bad_commands_are_refused_with_a_reason(shed, mosquitto, runtime):
    board = shed(mosquitto, runtime)
    with Mqtt(mosquitto.port, BASE + "+/+/error", BASE + "status") as peer:
        peer.wait(BASE + "status", "online")
        for name, payload, reason in BAD:
            peer.messages.clear()
            peer.publish(BASE + "shed/{}/set".format(name), payload)
            eventually(lambda: peer.messages, "an answer to {} {:.20}".format(name, repr(payload)))
            topic, text, kept = peer.messages[0]
            assert topic == BASE + "shed/{}/error".format(name) and not kept
            assert reason in text, text
        assert "turn " not in board.text and "\nplan " not in board.text
        assert board.text.count("refused:") == len(BAD)
        # It works on.
        peer.publish(BASE + "shed/plan/set", '{"a": [[[1]]]}')
        board.wait_for("plan {'a': [[[1]]]}")


def test_a_command_is_as_long_as_the_device_takes(shed, mosquitto, runtime):
    board = shed(mosquitto, runtime)
    with Mqtt(mosquitto.port, BASE + "status") as peer:
        peer.wait(BASE + "status", "online")
        for size in (80, 90, 91, 92, 93, 94, 100, 127, 128, 129, 1000, 2000):
            peer.publish(BASE + "shed/plan/set", "y" * size)
            board.wait_for("plan '{}' {}".format("y" * 57, size + 2) if size < 57 else " {}".format(size + 2))


def test_an_old_retained_command_moves_nothing(shed, mosquitto, runtime):
    with Mqtt(mosquitto.port, "none") as peer:
        peer.publish(BASE + "shed/pump/set", "true", retain=True)
    board = shed(mosquitto, runtime)
    board.wait_for("shed/pump/set is retained on the broker: an old command")
    with Mqtt(mosquitto.port, BASE + "#") as peer:
        peer.wait(BASE + "shed/pump", "false")
        # One that comes now counts, whatever its sender wants with it later.
        peer.publish(BASE + "shed/pump/set", "true", retain=True)
        peer.wait(BASE + "shed/pump", "true")


def test_it_is_subscribed_to_what_somebody_listens_to(shed, mosquitto, runtime):
    shed(mosquitto, runtime)

    def subscriptions():
        mine = set()
        for topic, quality in re.findall(r"^\d+: \t(\S+/set)( \(QoS \d\))?$", mosquitto.output, re.M):
            assert topic.startswith(BASE)
            (mine.add if quality else mine.discard)(topic[len(BASE) :])
        return mine

    names = ("pump", "level", "mode", "label", "ring", "locked", "say", "heap", "plan")
    own = {"shed/{}/set".format(name) for name in names}
    eventually(lambda: subscriptions() == own, "the subscriptions")
    with Mqtt(mosquitto.port, BASE + "status") as peer:
        peer.wait(BASE + "status", "online")
        peer.publish(BASE + "shed/say/set", "listen radio/+/set")
        eventually(lambda: subscriptions() == own | {"radio/+/set"}, "one more")
        # A wider filter takes the place of those that it covers.
        peer.publish(BASE + "shed/say/set", "listen +/+/set")
        eventually(lambda: subscriptions() == {"+/+/set"}, "one for all")
        peer.publish(BASE + "shed/say/set", "forget +/+/set")
        eventually(lambda: subscriptions() == own | {"radio/+/set"}, "as before")
        peer.publish(BASE + "shed/say/set", "listen no/command")
        peer.publish(BASE + "shed/say/set", "listen #")
        peer.publish(BASE + "shed/say/set", "forget radio/+/set")
        eventually(lambda: subscriptions() == own, "the own ones")


def test_everybody_who_listens_hears_a_command_once(shed, mosquitto, runtime):
    board = shed(mosquitto, runtime)
    with Mqtt(mosquitto.port, BASE + "#") as peer:
        peer.wait(BASE + "status", "online")
        peer.publish(BASE + "shed/say/set", "listen +/pump/set")
        eventually(lambda: "modcore/shed/+/pump/set (QoS 0)" in mosquitto.output, "the subscription")
        peer.publish(BASE + "shed/pump/set", "true")
        peer.wait(BASE + "shed/pump", "true")
        peer.publish(BASE + "shed/level/set", "1")
        peer.wait(BASE + "shed/level", "1")
    assert board.text.count("turn pump True") == 1


def test_the_broker_says_offline_when_the_power_is_cut(shed, mosquitto, runtime):
    board = shed(mosquitto, runtime, keepalive_s=2)
    with Mqtt(mosquitto.port, BASE + "status") as peer:
        peer.wait(BASE + "status", "online")
        board.power_cut()
        peer.wait(BASE + "status", "offline")
        board.start()
        peer.wait(BASE + "status", "online")
    assert retained(mosquitto.port, BASE + "status") == "online"


def test_the_device_says_offline_when_it_stops_in_order(shed, mosquitto, runtime):
    board = shed(mosquitto, runtime, keepalive_s=600)
    with Mqtt(mosquitto.port, BASE + "#") as peer:
        peer.wait(BASE + "status", "online")
        peer.wait(BASE + "shed/pump", "false")
        board.interrupt()
        peer.wait(BASE + "status", "offline")
        eventually(lambda: "Received DISCONNECT" in mosquitto.output, "the good-bye")


def test_a_broker_killed_and_started_again_gets_all_state(shed, mosquitto, runtime):
    board = shed(mosquitto, runtime)
    with Mqtt(mosquitto.port, BASE + "#") as peer:
        peer.wait(BASE + "status", "online")
        peer.publish(BASE + "shed/level/set", "9")
        peer.wait(BASE + "shed/level", "9")
    for _ in range(3):
        mosquitto.kill()
        board.wait_for("next try in")
        mosquitto.start()
        with Mqtt(mosquitto.port, BASE + "#") as peer:
            peer.wait(BASE + "status", "online")
            peer.wait(BASE + "shed/level", "9")
            peer.wait(BASE + "shed/sun", "20.5")
            peer.publish(BASE + "shed/pump/set", "true")
            peer.wait(BASE + "shed/pump", "true")


def test_what_changed_and_what_went_while_the_network_was_away(shed, mosquitto, runtime):
    with Proxy(mosquitto.port) as way:
        board = shed(way, runtime)
        with Mqtt(mosquitto.port, BASE + "#") as peer:
            peer.wait(BASE + "status", "online")
            peer.publish(BASE + "shed/say/set", "odd")
            peer.wait(BASE + "shed/bytes", "raw")
            peer.publish(BASE + "shed/say/set", "offline clear shed/bytes")
            peer.publish(BASE + "shed/pump/set", "true")
            peer.wait(BASE + "shed/pump", "true")
            way.cut()
            peer.wait(BASE + "status", "offline")
            board.wait_for("next try in 2 s")
            assert peer.last(BASE + "shed/bytes") == "raw"
            way.mend()
            peer.wait(BASE + "status", "online")
            peer.wait(BASE + "shed/bytes", "")
    assert retained(mosquitto.port, BASE + "shed/bytes") is None
    assert retained(mosquitto.port, BASE + "shed/pump") == "true"


def test_events_wait_for_the_broker_and_those_too_many_are_counted(shed, mosquitto, runtime):
    with Proxy(mosquitto.port) as way, Mqtt(mosquitto.port, BASE + "#") as peer:
        board = shed(way, runtime, queue=8)
        peer.wait(BASE + "status", "online")
        peer.publish(BASE + "shed/say/set", "offline events 20")
        peer.publish(BASE + "shed/ring/set", "now")
        board.wait_for("ring now")
        way.cut()
        board.wait_for("events")
        way.mend()
        peer.wait(BASE + "mqtt/lost", "12")
        peer.wait(BASE + "shed/event", "19")
        assert peer.payloads(BASE + "shed/event") == [str(i) for i in range(12, 20)]
    assert "12 messages lost" in board.text


def test_commands_of_quality_1_are_acknowledged(shed, mosquitto, runtime):
    shed(mosquitto, runtime, qos=1)
    with Mqtt(mosquitto.port, BASE + "#") as peer:
        peer.wait(BASE + "status", "online")
        eventually(lambda: "modcore/shed/shed/pump/set (QoS 1)" in mosquitto.output, "the subscription")
        peer.publish(BASE + "shed/pump/set", "true", qos=1)
        peer.wait(BASE + "shed/pump", "true")
        eventually(lambda: "Received PUBACK from shed" in mosquitto.output, "the acknowledgement")


def test_new_connections_leave_the_heap_where_it_was(shed, mosquitto):
    with Proxy(mosquitto.port) as way:
        board = shed(way)
        with Mqtt(mosquitto.port, BASE + "status") as peer:

            def heap():
                peer.publish(BASE + "shed/heap/set", "1")
                board.wait_for("heap ")
                board.wait_for("\n")
                return int(re.findall(r"^heap (\d+)\s*$", board.text, re.M)[-1])

            sizes = []
            for _ in range(7):
                way.mend()
                peer.wait(BASE + "status", "online")
                sizes.append(heap())
                way.cut()
                peer.wait(BASE + "status", "offline")
        assert sizes[-1] <= sizes[-3] + 64, sizes


def test_what_the_broker_kept_of_a_property_that_is_gone_is_cleared(shed, mosquitto):
    with Mqtt(mosquitto.port, "none") as peer:
        for topic in ("shed/old", "old", "shed/pump", "status", "shed/label/set"):
            peer.publish(BASE + topic, "x", retain=True)
        peer.publish(BASE + "shed/long", "x" * 3000, retain=True)
        peer.publish("modcore/barn/old", "x", retain=True)
    shed(mosquitto, "micropython32", forget_s=1)
    eventually(lambda: retained(mosquitto.port, BASE + "shed/old") is None, "the old one to go")
    eventually(lambda: retained(mosquitto.port, BASE + "old") is None, "the other one to go")
    eventually(
        lambda: retained(mosquitto.port, BASE + "shed/long") is None, "the one longer than a packet to go"
    )
    eventually(lambda: "Received UNSUBSCRIBE from shed" in mosquitto.output, "the end of it")
    assert retained(mosquitto.port, BASE + "shed/pump") == "false"
    assert retained(mosquitto.port, BASE + "status") == "online"
    assert retained(mosquitto.port, BASE + "shed/label/set") == "x"
    assert retained(mosquitto.port, "modcore/barn/old") == "x"


def test_a_device_that_is_renamed_takes_its_old_topics_away(shed, mosquitto):
    more = {"homeassistant": {"forget_s": 2}}
    board = shed(mosquitto, "micropython32", plugins=("mqtt", "homeassistant"), forget_s=1, more=more)
    pump = "homeassistant/switch/modcore_{}/shed_pump/config"
    eventually(lambda: retained(mosquitto.port, pump.format("shed")), "the announcement")
    eventually(lambda: retained(mosquitto.port, BASE + "shed/pump") == "false", "the state")
    board.power_cut()
    config = json.loads((board.files / "config.json").read_text())
    (board.files / "config.json").write_text(json.dumps(dict(config, name="barn")))
    board.start()
    eventually(
        lambda: retained(mosquitto.port, "modcore/barn/shed/pump") == "false", "the state under the new name"
    )
    for topic in ("shed/pump", "status", "client"):
        eventually(lambda: retained(mosquitto.port, BASE + topic) is None, topic + " to go")  # noqa: B023
    eventually(lambda: retained(mosquitto.port, pump.format("shed")) is None, "the old announcement to go")
    assert retained(mosquitto.port, pump.format("barn"))
    # Once is enough: whoever has the name from now on keeps it.
    with Mqtt(mosquitto.port, "none") as peer:
        peer.publish(BASE + "shed/pump", "another's", retain=True)
    done = mosquitto.output.count("Received UNSUBSCRIBE from barn")
    board.power_cut()
    board.start()
    eventually(lambda: mosquitto.output.count("Received UNSUBSCRIBE from barn") > done, "the end of it")
    assert retained(mosquitto.port, BASE + "shed/pump") == "another's"
