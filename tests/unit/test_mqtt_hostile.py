"""Hostile brokers and strangers: silence at each phase, wrong words on the device's own topics, doubled messages."""

import device
from mqtt_wire import Broker, message

from modcore import Kernel, Module
from plugins.mqtt import Mqtt
from plugins.mqtt.leftovers import begin as sweep
from support import raises, until

PINGLESS = b"\x01"


class Lamp(Module):
    """A switch that counts its commands."""

    turned = 0

    def start(self):
        self.property("on", "switch", False, self.turn)

    def turn(self, lamp, on):
        self.turned += 1
        lamp.value = on


def started(lively=True, grants=b"\x00", **settings):
    broker = Broker(lively=lively)
    broker.grants = grants
    settings = dict({"host": "127.0.0.1", "port": broker.port, "client_id": "house"}, **settings)
    kernel = broker.kernel = Kernel({"name": "house", "log": {"level": "critical"}, "mqtt": settings})
    bridge = kernel.add(Mqtt())
    lamp = kernel.add(Lamp())
    broker.welcome()
    until(kernel, lambda: bridge.connected)
    return broker, kernel, bridge, lamp


def stopped(kernel, *brokers):
    kernel.stop()
    for broker in brokers:
        broker.close()


def published(broker, count):
    """The topics and payloads of the next messages of the device."""
    found = []
    while len(found) < count:
        kind, content = broker.read()
        if kind & 0xF0 == 0x30:
            size = 2 + content[1]
            at = size + (kind >> 1 & 3 and 2)
            found.append((content[2:size].decode(), content[at:]))
    return found


def subscribed(broker, kernel, bridge):
    """Filters that the device is subscribed to, when it has asked for all."""
    found = {}
    until(kernel, lambda: bridge.changes == kernel.bus.changes)
    while bridge.session.asked or bridge.session.filters != found:
        kernel.step()
        if not broker.buffer:
            try:
                broker.buffer = broker.peer.recv(1000)
            except OSError:
                continue
        kind, content = broker.read()
        if kind in (0x82, 0xA2):
            name = content[4 : 4 + content[3]].decode()
            found.pop(name, None)
            if kind == 0x82:
                found[name] = content[-1]
    return found


def test_what_strangers_say_on_the_topics_of_the_device_ends_nothing():
    broker, kernel, bridge, _ = started()
    published(broker, 4)
    broker.send(message("modcore/house/client", b"\xff\xfe"))
    broker.send(message("modcore/house/client", b""))
    broker.send(message("modcore/house/status", b"gone"))
    assert published(broker, 3) == [
        ("modcore/house/client", b"house"),
        ("modcore/house/client", b"house"),
        ("modcore/house/status", b"online"),
    ]
    for i in range(50):
        broker.send(message("modcore/house/client", b"x%d" % i))
        kernel.step()
    broker.send(message("modcore/house/status", b"offline"))
    until(kernel, lambda: ("modcore/house/status", b"online") == published(broker, 1)[0])
    assert bridge.connected and len(bridge.twins) < 10
    stopped(kernel, broker)


def test_a_command_that_two_filters_match_comes_by_one_subscription():
    broker, kernel, bridge, lamp = started(neighbours=["modcore/#"], persistent=["lamp"])
    assert subscribed(broker, kernel, bridge) == {"modcore/#": 1}
    heard = []
    bridge.subscribe("modcore/+/lamp/+", lambda topic, payload: heard.append(topic))
    kernel.step()
    assert bridge.session.filters == {"modcore/#": 1}
    broker.send(message("modcore/house/lamp/on/set", b"true"))
    until(kernel, lambda: lamp.turned)
    assert lamp.turned == 1 and heard == []
    # A filter that the broker refuses covers nothing.
    bridge.session.refused = ["modcore/#"]
    bridge.changes = None
    found = subscribed(broker, kernel, bridge)
    assert found["modcore/house/lamp/on/set"] == 1 and found["modcore/+/lamp/+"] == 0
    stopped(kernel, broker)


def test_a_filter_takes_the_place_of_those_that_it_covers_and_of_no_others():
    from plugins.mqtt.subscriptions import update

    broker, kernel, bridge, _ = started(**{"import": []})
    for filters, wanted in (
        (("a/#", "a/b", "a/#", "a/+/#"), {"a/#"}),
        (("+/b", "a/b"), {"+/b"}),
        (("a/+", "a/#"), {"a/#"}),
        (("a/+", "a/b/c"), {"a/+", "a/b/c"}),
        (("a/b/+", "a/+/c"), {"a/b/+", "a/+/c"}),
        (("a/+/#", "a"), {"a/+/#", "a"}),
    ):
        for filter in filters:
            bridge.subscribe(filter, print)
        update(bridge)
        assert {filter for filter in bridge.session.filters if filter[0] != "m"} == wanted
        for filter in filters:
            bridge.unsubscribe(filter, print)
    stopped(kernel, broker)


def silent_until(broker, kernel, bridge, limit_s=60):
    """Let time pass, answering pings alone, until the device gives up; the seconds that it took."""
    begin = device.time.now_ms
    nobody = []
    while bridge.connected:
        assert device.time.now_ms - begin < limit_s * 1000, "never"
        if not bridge.heard or bridge.link.out:
            try:
                data = broker.peer.recv(1000)
                if data[-2:] == b"\xc0\x00" and broker.grants is not PINGLESS:
                    broker.send(b"\xd0\x00")
                elif broker.grants is PINGLESS:
                    broker.send(message("x/y", b"1"))
            except OSError:
                nobody.append(1)
        kernel.step()
        device.time.now_ms += 50
    return (device.time.now_ms - begin) // 1000


def test_a_broker_that_answers_pings_but_no_subscription_is_left():
    broker, kernel, bridge, _ = started(lively=False, grants=None)
    assert 19 <= silent_until(broker, kernel, bridge) <= 45
    stopped(kernel, broker)


def test_a_broker_that_acknowledges_no_message_of_quality_1_is_left_and_gets_it_again():
    broker, kernel, bridge, _ = started(lively=False)
    subscribed(broker, kernel, bridge)
    until(kernel, lambda: not bridge.session.asked)
    bridge.publish("a/b", "1", qos=1)
    assert 19 <= silent_until(broker, kernel, bridge) <= 60
    device.time.now_ms += 2000
    broker.welcome()
    assert ("a/b", b"1") in published(broker, 5)
    stopped(kernel, broker)


def test_a_broker_that_talks_but_answers_no_ping_is_left():
    broker, kernel, bridge, _ = started(lively=False, keepalive_s=10)
    subscribed(broker, kernel, bridge)
    until(kernel, lambda: not bridge.session.asked)
    broker.grants = PINGLESS
    assert silent_until(broker, kernel, bridge) <= 15
    stopped(kernel, broker)


def test_a_change_that_leads_to_a_broker_that_lets_it_hear_nothing_is_undone():
    broker, kernel, bridge, _ = started(trial_s=100, keepalive_s=600)
    subscribed(broker, kernel, bridge)
    until(kernel, lambda: not bridge.session.asked)
    other = Broker(kernel, lively=True)
    kernel.reconfigure("mqtt", {"port": other.port})
    other.welcome()
    until(kernel, lambda: bridge.connected)
    begin = device.time.now_ms
    while kernel.config["mqtt"]["port"] == other.port:  # it asks again, each 10 s
        for number in list(bridge.session.asked):
            other.send(b"\x90\x03" + bytes((number >> 8, number & 255)) + b"\x80")
        for _ in range(10):
            device.time.now_ms += 100
            kernel.step()
        assert device.time.now_ms - begin < 115000
    assert device.time.now_ms - begin >= 99000
    broker.welcome()
    until(kernel, lambda: bridge.connected)
    stopped(kernel, broker, other)


def test_a_change_that_names_no_broker_is_undone_too():
    broker, kernel, bridge, _ = started(trial_s=20)
    subscribed(broker, kernel, bridge)
    until(kernel, lambda: not bridge.session.asked)
    assert kernel.reconfigure("mqtt", {"host": ""})
    device.time.now_ms += 21000
    until(kernel, lambda: kernel.config["mqtt"]["host"] == "127.0.0.1")
    broker.welcome()
    stopped(kernel, broker)


def test_what_another_device_keeps_below_the_topics_of_this_one_stays():
    broker, kernel, bridge, _ = started(base="home")
    subscribed(broker, kernel, bridge)
    bridge.subscribe("mark/#", print)
    sweep(bridge)
    broker.expect(0x82)
    broker.send(message("home/garden/client", b"garden", 0x31))
    device.time.now_ms += 2000
    until(kernel, lambda: "home/+/+" in bridge.session.filters)
    for name in ("garden/client", "garden/status", "lamp/old", "old", "lamp/on"):
        broker.send(message("home/" + name, b"x", 0x31))
    found = []
    while not found or found[-1] != "home/old":
        found += [topic for topic, payload in published(broker, 1) if not payload]
    assert found == ["home/lamp/old", "home/old"]
    stopped(kernel, broker)


def test_the_number_of_lost_messages_leaves_only_where_export_lets_it():
    broker, kernel, bridge, _ = started(export=["lamp/#"])
    published(broker, 4)
    bridge.session.lost += 3
    device.time.now_ms += 16000
    until(kernel, lambda: kernel.bus.get("mqtt/lost") == 3)
    bridge.publish("mark", "1")
    assert published(broker, 1) == [("mark", b"1")]
    stopped(kernel, broker)


def test_quality_2_is_not_asked_for_and_a_packet_without_its_number_ends_the_connection():
    broker, kernel, bridge, _ = started()
    raises(ValueError, bridge.subscribe, "a/b", print, 2)
    broker.send(message("modcore/house/lamp/on/set", b"true", 0x32, 0))
    until(kernel, lambda: not bridge.connected)
    stopped(kernel, broker)
