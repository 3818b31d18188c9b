"""Messages of quality 1: kept until they are acknowledged, sent again in order, bounded, counted."""

from mqtt_wire import Broker, message

from modcore import Kernel
from plugins.mqtt import Mqtt
from support import steps, until


def started(**settings):
    broker = Broker(lively=True)
    settings = dict({"host": "127.0.0.1", "port": broker.port, "client_id": "house"}, **settings)
    kernel = broker.kernel = Kernel({"name": "house", "log": {"level": "critical"}, "mqtt": settings})
    return kernel, broker, kernel.add(Mqtt())


def again(kernel, broker, bridge):
    """Break the connection and let the device come back at once."""
    broker.hang_up()
    until(kernel, lambda: not bridge.connected)
    bridge.due -= 10000
    broker.welcome()
    until(kernel, lambda: bridge.connected)


def event(broker):
    """The next event of the device: (its number, packet identifier, whether it was sent before)."""
    while True:
        kind, content = broker.read()
        size = content[1] if len(content) > 1 else 0
        if kind & 0xF6 == 0x32 and content[2 : 2 + size] == b"modcore/house/lamp/event":
            number = content[2 + size] << 8 | content[3 + size]
            return int(content[4 + size :]), number, kind & 8 != 0


def acknowledge(broker, number):
    broker.send(bytes((0x40, 2, number >> 8, number & 255)))


def test_what_is_not_acknowledged_is_sent_again_in_order_before_what_is_new():
    kernel, broker, bridge = started(qos=1)
    broker.welcome()
    for i in range(4):
        kernel.bus.publish("lamp/event", i)
    sent = [event(broker) for _ in range(4)]
    assert [number for number, _, _ in sent] == [0, 1, 2, 3] and not any([twice for _, _, twice in sent])
    assert len({number for _, number, _ in sent}) == 4
    acknowledge(broker, sent[1][1])
    until(kernel, lambda: len(bridge.session.store) == 3)
    kernel.bus.publish("lamp/event", 4)
    event(broker)
    again(kernel, broker, bridge)
    kernel.bus.publish("lamp/event", 5)
    assert [event(broker) for _ in range(4)] == [
        (0, sent[0][1], True),
        (2, sent[2][1], True),
        (3, sent[3][1], True),
        (4, bridge.session.numbers[3], True),
    ]
    number, identifier, twice = event(broker)
    assert number == 5 and not twice and identifier not in [number for _, number, _ in sent]
    assert bridge.session.lost == 0
    kernel.stop()
    broker.close()


def test_only_some_are_under_way_at_a_time():
    kernel, broker, bridge = started(qos=1, queue=30)
    broker.welcome()
    for i in range(20):
        kernel.bus.publish("lamp/event", i)
    found = []
    for _ in range(8):
        found.append(event(broker))
    steps(kernel, 30)
    assert bridge.session.in_flight == 8
    for _ in range(12):
        acknowledge(broker, found[-8][1])
        found.append(event(broker))
    assert [number for number, _, _ in found] == list(range(20))
    kernel.stop()
    broker.close()


def test_a_full_store_gives_up_the_oldest_or_refuses_the_newest_and_counts():
    for keep, left in (("newest", [6, 7, 8, 9]), ("oldest", [0, 1, 2, 3])):
        kernel, broker, bridge = started(qos=1, queue=4, keep=keep)
        steps(kernel)
        for i in range(10):
            kernel.bus.publish("lamp/event", i)
        steps(kernel)
        assert [int(payload) for _, payload, _, _ in bridge.session.store] == left
        assert bridge.session.lost == 6
        kernel.stop()
        broker.close()


def test_those_under_way_are_given_up_last():
    kernel, broker, bridge = started(qos=1, queue=4)
    broker.welcome()
    for i in range(2):
        kernel.bus.publish("lamp/event", i)
    sent = [event(broker) for _ in range(2)]
    broker_is_slow = [kernel.bus.publish("lamp/event", i) for i in range(2, 8)]
    steps(kernel)
    assert len(broker_is_slow) == 6 and len(bridge.session.store) == 4
    assert bridge.session.numbers[:2] == [number for _, number, _ in sent]
    kernel.stop()
    broker.close()


def test_an_event_of_quality_0_counts_as_lost_until_a_later_ping_is_answered():
    kernel, broker, bridge = started()
    broker.welcome()
    kernel.bus.publish("lamp/event", 1)
    until(kernel, lambda: bridge.session.ping_sent)
    broker.expect(0x30)
    broker.expect(0xC0)
    until(kernel, lambda: not bridge.session.ping_sent)
    again(kernel, broker, bridge)
    assert bridge.session.lost == 0
    kernel.bus.publish("lamp/event", 2)
    until(kernel, lambda: bridge.session.ping_sent)
    again(kernel, broker, bridge)
    assert bridge.session.lost == 1
    kernel.stop()
    broker.close()


def test_a_command_is_acknowledged_when_the_bus_has_taken_it_and_not_before():
    kernel, broker, bridge = started(qos=1)
    heard = []
    kernel.bus.subscribe("lamp/plan/set", lambda topic, value: heard.append(value))
    broker.welcome()
    broker.expect(0x82)
    full = []

    def flood(topic, value):
        # As long as the bus is delivering, it has no room for anything else.
        while not full:
            try:
                for i in range(100):
                    kernel.bus.publish("lamp/flood", i)
            except Exception as error:
                full.append(error)

    kernel.bus.subscribe("lamp/begin", flood)
    kernel.bus.publish("lamp/begin", 1)
    broker.send(message("modcore/house/lamp/plan/set", b"7", 0x32, 3))
    assert broker.expect(0x40) == b"\x00\x03"
    assert full
    until(kernel, lambda: heard == [7])
    kernel.stop()
    broker.close()


def test_a_persistent_session_keeps_commands_for_the_modules_that_want_it():
    for persistent, flags, qualities in (
        (None, 2, {"lamp": 0, "pump": 0}),
        (True, 0, {"lamp": 1, "pump": 1}),
        (["pump"], 0, {"lamp": 0, "pump": 1}),
    ):
        kernel, broker, bridge = started(persistent=persistent)
        for name in ("lamp", "pump"):
            kernel.bus.subscribe(name + "/on/set", print)
        content = broker.welcome()
        assert content[7] & 2 == flags
        broker.expect(0x82)
        found = bridge.session.filters
        assert {name: found["modcore/house/%s/on/set" % name] for name in qualities} == qualities
        kernel.stop()
        broker.close()
