"""Bounds of a change of the configuration, and how the bridge tells of refusals and of its doubles."""

# The flash whose power is cut, and a copy of it, each in one piece of 24 KB:
# heap: 384K

import os

import device
from flash import Disk, PowerCut
from mqtt_wire import Broker, message

from modcore import Kernel
from modcore.json_files import exists, load, save
from modcore.secrets import save_secrets
from plugins.mqtt import Mqtt
from support import until


def started(broker, **settings):
    settings = dict({"host": "127.0.0.1", "port": broker.port, "client_id": "house"}, **settings)
    kernel = Kernel({"name": "house", "log": {"level": "critical"}, "mqtt": settings})
    broker.kernel = kernel
    bridge = kernel.add(Mqtt())
    events = []
    kernel.bus.subscribe("mqtt/+", lambda topic, value: events.append((topic, value)))
    return kernel, bridge, events


def wait(kernel, condition, limit_ms=300000):
    """Let time pass until `condition()`."""
    start = device.time.now_ms
    while not condition():
        assert device.time.now_ms - start < limit_ms, "never"
        kernel.step()
        device.time.now_ms += 20


def events_of(events, topic):
    return [value for name, value in events if name == topic]


def test_a_change_that_can_not_be_is_undone_at_once():
    broker = Broker()
    kernel, bridge, events = started(broker)
    broker.welcome()
    until(kernel, lambda: bridge.connected)
    assert kernel.reconfigure("mqtt", {"qos": 5})
    broker.welcome()
    until(kernel, lambda: bridge.connected)
    assert bridge.state == "RUNNING" and bridge.config["qos"] == 0
    assert kernel.config["mqtt"].get("qos", 0) == 0
    until(kernel, lambda: events_of(events, "mqtt/undone"))
    assert "qos 5: takes 0 to 1" in events_of(events, "mqtt/undone")[0]
    kernel.stop()
    broker.close()


def test_a_change_that_does_not_lead_to_a_broker_is_undone_after_a_while():
    broker = Broker()
    deaf = Broker(deaf=True)
    kernel, bridge, events = started(broker, trial_s=30)
    broker.welcome()
    until(kernel, lambda: bridge.connected)
    kernel.reconfigure("mqtt", {"port": deaf.port})
    start = device.time.now_ms
    wait(kernel, lambda: kernel.config["mqtt"]["port"] == broker.port)
    assert device.time.now_ms - start >= 30000
    broker.welcome()
    until(kernel, lambda: bridge.connected)
    assert "no broker for 30 s" in events_of(events, "mqtt/undone")[0]
    kernel.stop()
    broker.close()
    deaf.close()


def test_a_password_that_the_broker_does_not_take_is_undone_after_a_while():
    broker = Broker()
    kernel, bridge, events = started(broker, trial_s=5, user="anna")
    kernel.secrets["mqtt"] = {"password": "good"}
    kernel.reconfigure("mqtt")
    assert broker.welcome().endswith(b"good")
    until(kernel, lambda: bridge.connected)
    kernel.secrets["mqtt"] = {"password": "wrong"}  # as the pages of administration do it
    kernel.reconfigure("mqtt")
    for _ in range(8):
        broker.accept()
        if broker.expect(0x10).endswith(b"good"):
            break
        broker.send(b"\x20\x02\x00\x05")
        pause = len(events_of(events, "mqtt/refused"))
        until(kernel, lambda: len(events_of(events, "mqtt/refused")) > pause)  # noqa: B023
        device.time.now_ms += 4000
    broker.send(b"\x20\x02\x00\x00")
    until(kernel, lambda: bridge.connected)
    assert kernel.secrets["mqtt"] == {"password": "good"} and len(events_of(events, "mqtt/undone")) == 1
    kernel.stop()
    broker.close()


def from_files(disk, broker):
    """A kernel as it boots from the disk, not started yet, and its bridge."""
    kernel = Kernel(load(disk.root + "/config.json"), load(disk.root + "/secrets.json"))
    kernel.path = disk.root + "/config.json"
    broker.kernel = kernel
    return kernel, kernel.add(Mqtt())


def let_go(bridge):
    """Close the socket of a device that has lost its power."""
    if bridge.stream:
        bridge.stream.close()


def a_disk(broker):
    """A disk with the files of a device that has this broker."""
    disk = Disk(96)
    section = {"host": "127.0.0.1", "port": broker.port, "client_id": "house", "user": "anna"}

    def write():
        save(disk.root + "/config.json", {"name": "house", "log": {"level": "critical"}, "mqtt": section})
        save(disk.root + "/secrets.json", {"mqtt": {"password": "good"}})
        save(disk.root + "/mqtt.json", {"prefix": "modcore/house/", "client": "house"})

    disk.run(write)
    disk.keep()
    return disk


def test_a_device_that_loses_its_power_in_a_trial_comes_up_with_what_was_good():
    broker = Broker()
    deaf = Broker(deaf=True)
    disk = a_disk(broker)

    def change():
        kernel, bridge = from_files(disk, broker)
        try:
            broker.welcome()
            until(kernel, lambda: bridge.connected)
            kernel.secrets["mqtt"] = {"password": "wrong"}
            kernel.reconfigure("mqtt", {"port": deaf.port})
            save_secrets(kernel)
            kernel.save()
        except PowerCut:
            pass
        let_go(bridge)
        broker.hang_up()

    def come_up():
        kernel, bridge = from_files(disk, broker)
        content = broker.welcome()
        assert content.endswith(b"good"), (cut, content)
        until(kernel, lambda: bridge.connected)
        assert load(kernel.path)["mqtt"]["port"] == broker.port, cut
        assert load(disk.root + "/secrets.json") == {"mqtt": {"password": "good"}}, cut
        assert not exists(disk.root + "/secrets.json.trial"), cut
        kernel.stop()

    cut = None
    writes = disk.run(change)
    for cut in range(writes + 1):
        disk.restore()
        disk.run(change, cut)
        disk.run(come_up)
    disk.close()
    broker.close()
    deaf.close()


def test_what_led_to_a_broker_or_was_put_there_since_stays_after_a_restart():
    broker = Broker()
    other = Broker()
    deaf = Broker(deaf=True)
    disk = a_disk(broker)

    def change():
        kernel, bridge = from_files(disk, broker)
        broker.welcome()
        until(kernel, lambda: bridge.connected)
        kernel.reconfigure("mqtt", {"port": other.port})
        kernel.save()
        other.kernel = kernel
        other.welcome()
        other.expect(0x82)  # it is proven when it can be commanded
        until(kernel, lambda: bridge.trial_end_ms is None)
        kernel.reconfigure("mqtt", {"port": deaf.port})
        kernel.save()
        let_go(bridge)

    def by_cable():
        found = load(disk.root + "/config.json")
        assert found["mqtt"]["port"] == deaf.port
        found["mqtt"]["port"] = third.port
        save(disk.root + "/config.json", found)
        come_up(third)

    def come_up(wanted):
        kernel, bridge = from_files(disk, wanted)
        wanted.welcome()
        wanted.expect(0x82)
        until(kernel, lambda: bridge.trial_end_ms is None)
        kernel.stop()
        assert load(kernel.path)["mqtt"]["port"] == wanted.port
        assert "secrets.json.trial" not in os.listdir(disk.root)

    disk.run(change)
    disk.run(lambda: come_up(other))
    disk.restore()
    third = Broker()
    disk.run(change)
    disk.run(by_cable)
    disk.close()
    for one in (broker, other, third, deaf):
        one.close()


def test_a_change_that_can_not_be_is_undone_before_any_broker_was_reached():
    deaf = Broker(deaf=True)
    kernel, bridge, events = started(deaf)
    kernel.step()
    assert kernel.reconfigure("mqtt", {"keepalive_s": 0}) and bridge.state == "RUNNING"
    assert bridge.config["keepalive_s"] == 30
    until(kernel, lambda: events_of(events, "mqtt/undone"))
    # Whether the broker is there nobody knows: a change that can be stays.
    kernel.reconfigure("mqtt", {"host": "broker.example"})
    assert kernel.config["mqtt"]["host"] == "broker.example" and bridge.trial_end_ms is None
    kernel.stop()
    deaf.close()


def test_a_change_that_leads_to_a_broker_stays():
    broker = Broker()
    other = Broker()
    kernel, bridge, events = started(broker, trial_s=30)
    broker.welcome()
    until(kernel, lambda: bridge.connected)
    kernel.reconfigure("mqtt", {"port": other.port})
    other.kernel = kernel
    other.welcome()
    other.expect(0x82)
    until(kernel, lambda: bridge.trial_end_ms is None)
    other.hang_up()
    wait(kernel, lambda: not bridge.connected)
    for _ in range(100):
        kernel.step()
        device.time.now_ms += 1000
    assert kernel.config["mqtt"]["port"] == other.port and events_of(events, "mqtt/undone") == []
    kernel.stop()
    broker.close()
    other.close()


def test_each_refusal_is_an_event_with_its_reason():
    broker = Broker()
    kernel, bridge, events = started(broker)
    for code, reason in (
        (1, "protocol version not accepted"),
        (2, "client id rejected"),
        (3, "server unavailable"),
        (4, "bad user name or password"),
        (5, "not authorized"),
        (9, "reason 9"),
    ):
        wait(kernel, lambda: bridge.attempt)
        broker.accept()
        broker.expect(0x10)
        broker.send(bytes((0x20, 2, 0, code)))
        until(kernel, lambda: not bridge.attempt)
        until(kernel, lambda: len(events_of(events, "mqtt/refused")) == 1)
        assert events_of(events, "mqtt/refused") == [{"code": code, "reason": reason}]
        events.clear()
    kernel.stop()
    broker.close()


def test_another_broker_of_the_list_is_tried_at_once_and_the_pause_grows_once_a_round():
    broker = Broker()
    deaf = Broker(deaf=True)
    hosts = ["127.0.0.1:%d" % deaf.port, "127.0.0.1:%d" % broker.port]
    kernel, bridge, events = started(broker, host=hosts)
    kernel.step()
    wait(kernel, lambda: bridge.failures == 1)
    assert bridge.pause_s == 1
    wait(kernel, lambda: bridge.attempt)
    broker.welcome()
    until(kernel, lambda: bridge.connected)
    # The one that was good is tried first when the connection breaks.
    broker.hang_up()
    wait(kernel, lambda: not bridge.connected)
    wait(kernel, lambda: bridge.attempt)
    broker.welcome()
    until(kernel, lambda: bridge.connected)
    assert bridge.pause_s == 1
    kernel.stop()
    broker.close()
    deaf.close()


def test_two_devices_of_one_client_id_are_told_and_part():
    broker = Broker()
    kernel, bridge, events = started(broker)
    ids = []
    for _ in range(4):
        wait(kernel, lambda: bridge.attempt)
        content = broker.welcome()
        ids.append(content[12 : 12 + content[11]])
        until(kernel, lambda: bridge.connected)
        broker.hang_up()  # as a broker does when another one comes with the same id
        wait(kernel, lambda: not bridge.connected)
    assert ids[:3] == [b"house"] * 3
    assert ids[3].startswith(b"house-") and len(ids[3]) == 10
    assert events_of(events, "mqtt/clash") == [{"client_id": "house"}]
    kernel.stop()
    broker.close()


def test_two_devices_of_one_name_are_told_and_neither_is_offline_while_it_lives():
    broker = Broker(lively=True)
    kernel, bridge, events = started(broker)
    broker.welcome()
    until(kernel, lambda: bridge.connected)
    # What was kept is from before this connection, and no sign of another device.
    broker.send(message("modcore/house/client", b"former", 0x31))
    broker.send(message("modcore/house/status", b"offline", 0x31))
    for _ in range(3):
        broker.send(message("modcore/house/client", b"barn"))
    broker.send(message("modcore/house/status", b"offline"))
    own = [broker.expect(0x31) for _ in range(3)]
    assert own[0] == b"\x00\x14modcore/house/statusonline"
    answers = [broker.expect(0x31) for _ in range(2)]
    assert answers == [b"\x00\x14modcore/house/clienthouse", b"\x00\x14modcore/house/statusonline"]
    until(kernel, lambda: events_of(events, "mqtt/twin"))
    assert events_of(events, "mqtt/twin") == [{"client_id": "barn"}]
    kernel.stop()
    broker.close()


def test_a_subscription_that_the_broker_refuses_is_said_once_and_asked_for_again():
    broker = Broker(lively=True)
    broker.grants = None
    kernel, bridge, _ = started(broker)
    broker.welcome()
    lines = []
    kernel.set_log_level("warning")
    kernel.bus.subscribe("$log/#", lambda topic, line: lines.append(line))
    wanted = b"\x00\x14modcore/house/status\x00"
    for _ in range(2):
        content = broker.expect(0x82)
        while content[2:] != wanted:
            content = broker.expect(0x82)
        broker.send(b"\x90\x03" + content[:2] + b"\x80")
        until(kernel, lambda: "modcore/house/status" not in bridge.session.filters)
        device.time.now_ms += 10000  # a cluster that looks for a leader refuses, too
        until(kernel, lambda: "modcore/house/status" in bridge.session.filters)
    assert len(lines) == 1, lines
    kernel.stop()
    broker.close()


def test_what_leaves_is_what_the_configuration_names():
    broker = Broker(lively=True)
    kernel, bridge, events = started(broker, export=["valves/+", "mark"])
    for topic in ("valves/0", "pump/on", "pump/secret"):
        kernel.bus.publish(topic, 1, True)
    broker.welcome()
    kernel.bus.publish("pump/event", 1)
    kernel.bus.publish("valves/0/deep", 1)
    kernel.bus.publish("mark", 1)
    topics = []
    while not topics or topics[-1] != "mark":
        kind, content = broker.read()
        if kind & 0xF0 == 0x30:
            topics.append(content[2 : 2 + content[1]].decode()[len("modcore/house/") :])
    assert [topic for topic in topics if topic not in ("status", "client", "modcore", "mark")] == ["valves/0"]
    kernel.stop()
    broker.close()


def test_what_neighbours_say_comes_onto_the_bus():
    broker = Broker(lively=True)
    kernel, bridge, events = started(broker, neighbours=["modcore/barn/+/+"])
    heard = []
    kernel.bus.subscribe("mqtt/from/#", lambda topic, value: heard.append((topic, value)))
    broker.welcome()
    until(kernel, lambda: bridge.connected)
    broker.send(message("modcore/barn/pump/on", b"true") + message("modcore/barn/pump/mode", b"eco"))
    until(kernel, lambda: len(heard) == 2)
    assert heard == [("mqtt/from/modcore/barn/pump/on", True), ("mqtt/from/modcore/barn/pump/mode", "eco")]
    kernel.stop()
    broker.close()
