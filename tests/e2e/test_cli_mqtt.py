"""Commands for devices behind a broker: what is said when something is in the way, and names that are not plain."""

import json

import paho.mqtt.client as paho
import pytest
from command_line import modcore
from mqtt_rogues import Rogue

from processes import Mosquitto


def keep(port, topics, user=None):
    """Have the broker keep {topic: payload}."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    if user:
        client.username_pw_set(*user)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for topic, payload in topics.items():
        client.publish(topic, payload, 1, True).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()


def device(base, status="online", **topics):
    """Topics and payloads that a device keeps on its broker."""
    found = {"status": status, "client": "x", "modcore": "1.0.0", "lamp/on": "true"}
    found.update({name.replace("_", "/", 1): value for name, value in topics.items()})
    return {"modcore/{}/{}".format(base, name): value for name, value in found.items()}


def test_each_command_says_that_there_is_no_such_device_or_that_it_is_offline(mosquitto, tmp_path):
    keep(mosquitto.port, device("barn", "offline", console_offers='["prompt", "log"]'))
    keep(mosquitto.port, device("shed"))
    broker = "mqtt://anna:hush@127.0.0.1:{}/modcore/".format(mosquitto.port)
    for words, name, text in (
        (["get"], "none", "the broker knows no such device"),
        (["shell"], "none", "the broker knows no such device"),
        (["set", "lamp/on", "false"], "barn", "the device is offline"),
        (["shell"], "barn", "the device is offline"),
        (["install", "ntp"], "barn", "the device is offline"),
        (["shell"], "shed", "the device offers no prompt"),
        (["logs", "-f"], "shed", "no log leaves over the broker"),
        (["install", "ntp"], "shed", "the device has no plugin `packages`"),
        (["get", "lamp/off"], "shed", "the broker has no value of it"),
    ):
        said = modcore(*words, "-d", broker + name, cwd=tmp_path, status=1)
        assert text in said and said.count("\n") == 1, (words, said)
        assert "hush" not in said


def test_a_name_may_hold_what_a_topic_may(mosquitto, tmp_path):
    names = ("my garden", "Gärtchen", "what?", "100%", "house/cellar", "a.b")
    for name in names:
        keep(mosquitto.port, device(name))
    url = "mqtt://127.0.0.1:{}".format(mosquitto.port)
    found = json.loads(modcore("devices", "--broker", url, "--json", cwd=tmp_path))
    assert sorted(one["name"] for one in found) == sorted(names)
    for one in found:
        assert one["status"] == "online" and one["topics"] == 1, one
        assert json.loads(modcore("get", "lamp/on", "-d", one["url"], "--json", cwd=tmp_path)) is True
    assert modcore("get", "lamp/on", "-d", url + "/modcore/my garden", cwd=tmp_path).strip() == "true"
    said = modcore("devices", "--broker", url, "--prefix", "a/+", cwd=tmp_path, status=1)
    assert "--prefix takes what topics begin with" in said


def closing(visit):
    """Take the connection and end it, as a port of another kind does."""
    visit.read()
    visit.close()


def accepting(visit):
    """Be a broker that lets nobody read."""
    visit.consent()
    while True:
        kind, content = visit.read()
        if kind == 0x82:
            visit.send(
                b"\x90" + bytes([2 + content.count(b"\x01")]) + content[:2] + b"\x80" * content.count(b"\x01")
            )


def leaving(visit):
    """Be a broker that goes when it is asked something."""
    visit.consent()
    visit.read()
    visit.close()


@pytest.mark.parametrize(
    "behave, text",
    [
        (closing, "closes the connection: it is not an MQTT broker without TLS"),
        (accepting, "does not let this user read modcore/shed/"),
        (leaving, "the broker has closed the connection"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_a_broker_does_to_a_command_is_said_at_once(tmp_path, behave, text):
    with Rogue(behave) as broker:
        url = "mqtt://127.0.0.1:{}/modcore/shed".format(broker.port)
        for words in (["get", "a/b"], ["set", "a/b", "1"], ["shell"]):
            said = modcore(*words, "-d", url, cwd=tmp_path, status=1)
            assert text in said and said.count("\n") == 1, said


def test_tls_where_there_is_none_and_a_broker_that_wants_a_password_are_said(tmp_path, mosquitto, free_port):
    url = "mqtts://127.0.0.1:{}/modcore/shed".format(mosquitto.port)
    said = modcore("get", "-d", url, cwd=tmp_path, status=1)
    assert "does not answer as an MQTT broker" in said or "with TLS; mqtt:// is without" in said, said
    folder = tmp_path / "strict"
    folder.mkdir()
    strict = Mosquitto(folder, free_port(), ("allow_anonymous false", "user root")).start()
    try:
        said = modcore(
            "get", "-d", "mqtt://127.0.0.1:{}/modcore/x".format(strict.port), cwd=tmp_path, status=1
        )
        assert "the broker refuses: not authorized" in said, said
    finally:
        strict.stop()
