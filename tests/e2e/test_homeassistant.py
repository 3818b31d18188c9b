"""The bridge as Home Assistant sees it: from the discovery messages alone, everything can be seen and moved."""

import json

import pytest
from mqtt_rogues import Proxy
from test_mqtt import SHED

from peers import Mqtt, retained
from processes import eventually

RUNTIMES = ["cpython", "micropython", "micropython32"]


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """The runtimes of a device."""
    return request.param


# As Home Assistant writes them out: homeassistant/components/mqtt/abbreviations.py.
LONG = {
    "avty_t": "availability_topic",
    "cmd_t": "command_topic",
    "dev": "device",
    "ids": "identifiers",
    "pl_off": "payload_off",
    "pl_on": "payload_on",
    "pl_prs": "payload_press",
    "stat_t": "state_topic",
    "ops": "options",
    "uniq_id": "unique_id",
}


def written_out(config):
    """Return a configuration with the names and topics that its abbreviations stand for."""
    base = config.pop("~", "~")
    found = {}
    for key, value in config.items():
        key = LONG.get(key, key)
        if key.endswith("topic"):
            value = value.replace("~", base)
        found[key] = written_out(value) if isinstance(value, dict) else value
    return found


def configs(peer):
    """Return {component/object: configuration} of what is announced now."""
    found = {}
    for topic, payload, _ in peer.messages:
        if topic.endswith("/config"):
            _, component, node, name, _ = topic.split("/")
            assert node == "modcore_shed"
            found[component + "/" + name] = written_out(json.loads(payload)) if payload else None
    return {name: config for name, config in found.items() if config}


def boot(device, broker, runtime, **more):
    config = {
        "name": "shed",
        "plugins": ["mqtt", "homeassistant"],
        "modules": ["shed"],
        "mqtt": {"host": "broker.local"},
    }
    return device(config=dict(config, **more), files={"shed.py": SHED}, broker=broker, runtime=runtime)


NAMES = {
    "switch/shed_pump",
    "number/shed_level",
    "select/shed_mode",
    "text/shed_label",
    "button/shed_ring",
    "sensor/shed_sun",
    "switch/shed_locked",
    "text/shed_say",
    "button/shed_heap",
}


def test_from_its_announcements_everything_is_seen_and_moved(device, mosquitto, runtime):
    board = boot(device, mosquitto, runtime)
    with Mqtt(mosquitto.port, "#") as peer:
        eventually(lambda: set(configs(peer)) == NAMES, "the announcements")
        found = configs(peer)
        for config in found.values():
            assert config["availability_topic"] == "modcore/shed/status"
            assert config["device"]["identifiers"] == ["modcore_shed"]
            assert peer.last(config["availability_topic"]) == "online"
        assert len({config["unique_id"] for config in found.values()}) == len(found)
        pump = found["switch/shed_pump"]
        eventually(lambda: peer.last(pump["state_topic"]) == pump["payload_off"], "the pump's state")
        peer.publish(pump["command_topic"], pump["payload_on"])
        peer.wait(pump["state_topic"], pump["payload_on"])
        level = found["number/shed_level"]
        peer.publish(level["command_topic"], str(level["min"] + level["step"]))
        peer.wait(level["state_topic"], "0.5")
        mode = found["select/shed_mode"]
        for option in mode["options"]:
            peer.publish(mode["command_topic"], json.dumps(option))  # what `value | tojson` makes of it
            peer.wait(mode["state_topic"], option)
        label = found["text/shed_label"]
        for text in ("true", "5", "Grüße", '"'):
            peer.publish(label["command_topic"], json.dumps(text))
            peer.wait(label["state_topic"], text)
        ring = found["button/shed_ring"]
        peer.publish(ring["command_topic"], ring["payload_press"])
        board.wait_for("ring True")


def test_home_assistant_or_the_broker_starts_again(device, mosquitto, runtime):
    board = boot(device, mosquitto, runtime)
    with Mqtt(mosquitto.port, "homeassistant/#") as peer:
        eventually(lambda: set(configs(peer)) == NAMES, "the announcements")
        eventually(lambda: "homeassistant/status (QoS 0)" in mosquitto.output, "the subscription")
        peer.messages.clear()
        peer.publish("homeassistant/status", "online")
        eventually(lambda: set(configs(peer)) == NAMES, "all of them again")
    mosquitto.kill()
    board.wait_for("next try in")
    mosquitto.start()
    with Mqtt(mosquitto.port, "homeassistant/#") as peer:
        eventually(lambda: set(configs(peer)) == NAMES, "all of them on the new broker")
    assert retained(mosquitto.port, "homeassistant/switch/modcore_shed/shed_pump/config")


def test_what_is_no_more_is_taken_back(device, mosquitto, runtime):
    with Mqtt(mosquitto.port, "none") as peer:
        for name in (
            "switch/modcore_shed/shed_old",
            "switch/modcore_shed/shed_pump",
            "switch/modcore_barn/x",
        ):
            peer.publish("homeassistant/{}/config".format(name), '{"unique_id": "x"}', retain=True)
    with Proxy(mosquitto.port) as way:
        boot(device, way, runtime, homeassistant={"forget_s": 1})
        path = "homeassistant/switch/modcore_{}/config"
        eventually(
            lambda: retained(mosquitto.port, path.format("shed/shed_old")) is None, "the old one to go", 20
        )
    assert "cmd_t" in retained(mosquitto.port, path.format("shed/shed_pump"))
    assert retained(mosquitto.port, path.format("barn/x"))
