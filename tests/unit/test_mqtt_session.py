"""The words of the bridge and a broker to each other, byte by byte."""

from mqtt_wire import CONSENT, Broker, message

from modcore import Kernel, Module
from plugins.mqtt import Mqtt
from support import until

SETTINGS = {"host": "127.0.0.1", "keepalive_s": 300}


class Lamp(Module):
    """A property to be set, one to look at, and an event."""

    def start(self):
        self.property("on", kind="switch", value=False, set=self.turn)
        self.property("watts", kind="sensor", value=7)

    def turn(self, lamp, on):
        lamp.value = on


def started(**settings):
    broker = Broker()
    kernel = broker.kernel = Kernel({"name": "house", "mqtt": dict(SETTINGS, port=broker.port, **settings)})
    kernel.set_log_level("critical")
    kernel.add(Mqtt())
    kernel.add(Lamp())
    return kernel, broker


def stopped(kernel, broker):
    kernel.stop()
    broker.close()


def topics(broker, count):
    """The next `count` messages of the device: topic -> (payload, first byte)."""
    found = {}
    for _ in range(count):
        packet = broker.read()
        while packet[0] & 0xF0 != 0x30:
            packet = broker.read()
        kind, content = packet
        size = content[1]
        found[content[2 : 2 + size].decode()] = (content[2 + size :], kind)
    return found


def test_connect_names_the_device_its_will_and_its_user():
    kernel, broker = started(user="anna", password="secret", client_id="lamp-1")
    content = broker.welcome()
    will = b"\x00\x14modcore/house/status\x00\x07offline"
    # Clean session, will, will retain, user name and password; the keep-alive in seconds.
    assert content == b"\x00\x04MQTT\x04\xe6\x01\x2c\x00\x06lamp-1" + will + b"\x00\x04anna\x00\x06secret"
    stopped(kernel, broker)


def test_connect_without_a_user_has_an_id_of_its_own():
    kernel, broker = started()
    content = broker.welcome()
    assert content[:10] == b"\x00\x04MQTT\x04\x26\x01\x2c"
    size = content[11]
    assert content[12 : 12 + size].startswith(b"house") and size <= 23
    stopped(kernel, broker)


def test_the_first_messages_are_subscriptions_online_and_state():
    kernel, broker = started(qos=1)
    broker.welcome()
    # Whoever hears that it is online may command it.
    assert broker.read() == (0x82, b"\x00\x01\x00\x14modcore/house/client\x00")
    assert broker.read() == (0x82, b"\x00\x02\x00\x19modcore/house/lamp/on/set\x01")
    assert broker.read() == (0x82, b"\x00\x03\x00\x14modcore/house/status\x00")
    assert broker.read() == (0x31, b"\x00\x14modcore/house/statusonline")
    assert broker.read()[1].startswith(b"\x00\x14modcore/house/clienthouse")
    assert broker.read()[1].startswith(b"\x00\x15modcore/house/modcore1.")
    found = topics(broker, 2)
    assert found == {"modcore/house/lamp/on": (b"false", 0x31), "modcore/house/lamp/watts": (b"7", 0x31)}
    assert kernel.bus.get("mqtt/connected") is True
    stopped(kernel, broker)


def test_consent_may_come_byte_by_byte():
    kernel, broker = started()
    broker.accept()
    broker.expect(0x10)
    for i in range(4):
        broker.send(CONSENT[i : i + 1])
        for _ in range(5):
            kernel.step()
    assert broker.read()[0] == 0x82
    stopped(kernel, broker)


def test_a_long_topic_is_subscribed_and_unsubscribed():
    name = "x" * 150
    handler = print
    kernel, broker = started()
    kernel.bus.subscribe(name + "/set", handler)
    broker.welcome()
    for _ in range(3):
        broker.expect(0x82)
    size = len("modcore/house/" + name + "/set")
    assert (
        broker.expect(0x82)
        == b"\x00\x04\x00" + bytes([size]) + b"modcore/house/" + name.encode() + b"/set\x00"
    )
    kernel.bus.unsubscribe(name + "/set", handler)
    assert (
        broker.expect(0xA2) == b"\x00\x05\x00" + bytes([size]) + b"modcore/house/" + name.encode() + b"/set"
    )
    stopped(kernel, broker)


def test_a_command_of_quality_1_is_acknowledged():
    kernel, broker = started(qos=1)
    broker.welcome()
    broker.expect(0x82)
    broker.send(message("modcore/house/lamp/on/set", b"true", 0x32, 0x1234))
    assert broker.expect(0x40) == b"\x12\x34"
    until(kernel, lambda: kernel.bus.get("lamp/on"))
    stopped(kernel, broker)


def test_what_no_broker_sends_ends_the_connection():
    kernel, broker = started()
    for data in (
        b"\x10\x00",  # CONNECT
        b"\x20\x02\x00\x00",  # a second CONNACK
        b"\x30\x00",  # PUBLISH without a topic
        b"\x30\x03\x00\x05a",  # whose topic is longer than itself
        b"\x32\x04\x00\x01ab",  # without the number that quality 1 asks for
        b"\x34\x05\x00\x01a\x00\x01",  # of quality 2, which nobody asked for
        b"\x36\x05\x00\x01a\x00\x01",
        b"\x00\x00",
        b"\xf0\x00",
    ):
        kernel.modules["mqtt"].pause_s = 0  # no pause before the next attempt
        broker.welcome()
        broker.expect(0x82)
        broker.send(data)
        while broker.read():
            pass
    stopped(kernel, broker)


def test_a_topic_that_is_no_text_is_passed_over():
    kernel, broker = started()
    broker.welcome()
    broker.expect(0x82)
    broker.send(b"\x30\x06\x00\x03\xff\xfe\xfd1" + message("modcore/house/lamp/on/set", b"true"))
    until(kernel, lambda: kernel.bus.get("lamp/on"))
    stopped(kernel, broker)


def test_what_nobody_asked_for_is_passed_over():
    kernel, broker = started()
    broker.welcome()
    broker.expect(0x82)
    heard = []
    kernel.bus.subscribe("#", lambda topic, value: heard.append(topic))
    for topic in (
        "lamp/on/set",
        "modcore/house/lamp/on",
        "modcore/house",
        "other/house/lamp/on/set",
        "/",
        "set",
    ):
        broker.send(message(topic, b"true"))
    broker.send(message("modcore/house/lamp/watts/set", b"9"))
    broker.send(message("modcore/house/lamp/on/set", b"true"))
    until(kernel, lambda: "lamp/on" in heard and kernel.bus.get("lamp/on"))
    assert kernel.bus.get("lamp/watts") == 7
    assert [topic for topic in heard if topic[-4:] == "/set"] == []
    stopped(kernel, broker)


def test_topics_that_no_broker_sends_do_no_harm():
    kernel, broker = started()
    kernel.modules["lamp"].listen("lamp/+/set", lambda topic, value: None)
    broker.welcome()
    broker.expect(0x82)
    bridge = kernel.modules["mqtt"]
    for name in (
        "+/on/set",
        "lamp/+/set",
        "#/set",
        "lamp/#",
        "/set",
        "set",
        "//set",
        "lamp/on/set/set",
        "lamp//set",
    ):
        broker.send(message("modcore/house/" + name, b"true"))
    for topic in (
        "",
        "#",
        "$SYS/x",
        "modcore/house/lamp/a\0b/set",
        "modcore/house/lamp/\u00fc/set",
        "modcore/house/$log/set",
    ):
        broker.send(message(topic, b"true"))
    broker.send(message("modcore/house/lamp/" + "x" * 900 + "/set", b""))
    broker.send(
        message("modcore/house/lamp/on/set", b"", 0x32, 7) + b"\xd0\x00\x40\x02\x00\x09\x90\x03\x00\x63\x80"
    )
    broker.send(message("modcore/house/lamp/on/set", b"true", 0x3A, 8))  # marked as sent before
    until(kernel, lambda: kernel.bus.get("lamp/on"))
    assert bridge.connected and bridge.state == kernel.modules["lamp"].state == "RUNNING"
    assert broker.expect(0x40) == b"\x00\x07" and broker.expect(0x40) == b"\x00\x08"
    stopped(kernel, broker)


def test_what_the_device_says_itself_is_not_a_message_that_has_no_business_here():
    kernel, broker = started(neighbours=["#"])
    broker.welcome()
    heard = []
    kernel.bus.subscribe("mqtt/from/#", lambda topic, value: heard.append(topic))
    until(kernel, lambda: kernel.modules["mqtt"].connected)
    broker.send(message("modcore/house/lamp/watts", b"7") + message("modcore/barn/lamp/watts", b"9"))
    until(kernel, lambda: heard)
    assert heard == ["mqtt/from/modcore/barn/lamp/watts"] and kernel.modules["mqtt"].rejected == 0
    stopped(kernel, broker)


def test_the_smallest_and_the_largest_settings_work():
    for settings in (
        {"max_packet": 128, "queue": 1, "keepalive_s": 2},
        {"max_packet": 2097152, "queue": 1000, "keepalive_s": 65535},
        {
            "base": "h\u00e4user/mein garten/",
            "client_id": "\u00fc" * 30,
            "persistent": [],
            "export": ["lamp/on", "lamp/#", "#"],
        },
        {"user": "anna", "import": ["lamp/on", "+/on", "#"]},
    ):
        kernel, broker = started(**settings)
        content = broker.welcome()
        assert content[8:10] == bytes(
            (settings.get("keepalive_s", 300) >> 8, settings.get("keepalive_s", 300) & 255)
        )
        assert content[7] & 0xC0 == (0xC0 if "user" in settings else 0)
        prefix = kernel.modules["mqtt"].prefix
        assert "//" not in prefix and prefix[-1] == "/"
        until(kernel, lambda: kernel.modules["mqtt"].connected)  # noqa: B023
        broker.send(message(prefix + "lamp/on/set", b"true"))
        while True:
            kind, content = broker.read()
            if kind == 0x31 and content.endswith(b"lamp/ontrue"):
                break
        stopped(kernel, broker)


def test_a_stop_in_order_sends_the_rest_offline_and_good_bye():
    kernel, broker = started()
    broker.welcome()
    topics(broker, 5)
    kernel.bus.publish("lamp/event", 1)
    kernel.step()
    kernel.bus.publish("lamp/event", 2)
    kernel.bus.deliver()
    kernel.move("mqtt", "STOPPED")
    found = []
    while True:
        packet = broker.read()
        if packet is None:
            break
        if packet[0] != 0xC0:  # after each event it asks whether it has arrived
            found.append(packet)
    assert found[:2] == [
        (0x30, b"\x00\x18modcore/house/lamp/event1"),
        (0x30, b"\x00\x18modcore/house/lamp/event2"),
    ]
    assert found[-2:] == [(0x31, b"\x00\x14modcore/house/statusoffline"), (0xE0, b"")]
    assert kernel.bus.get("mqtt/connected") is None
    stopped(kernel, broker)


def test_values_go_out_in_the_order_of_their_events_once_each():
    kernel, broker = started()
    broker.welcome()
    topics(broker, 5)
    lamp = kernel.modules["lamp"]
    for i in range(5):
        lamp.publish("lamp/a", i, True)
        lamp.publish("lamp/b", -i, True)
        kernel.step()
    kernel.bus.publish("lamp/end")
    values = []
    while not values or values[-1] != ("end", b"null"):
        content = broker.expect(0x31) if not values or values[-1][1] != b"-4" else broker.expect(0x30)
        size = content[1]
        values.append((content[2 : 2 + size].decode().rpartition("/")[2], content[2 + size :]))
    assert values[:-1] == [
        (name, str(sign * i).encode()) for i in range(5) for name, sign in (("a", 1), ("b", -1))
    ]
    stopped(kernel, broker)


def test_a_second_bridge_has_topics_of_its_own():
    kernel, broker = started()
    second = kernel.add(Mqtt("cloud"))
    assert not second.config.get("host")
    broker.welcome()
    broker.expect(0x82)
    assert second.state == "RUNNING" and kernel.bus.get("cloud/connected") is False
    stopped(kernel, broker)


def test_a_command_may_end_the_connection_and_begin_another():
    kernel, broker = started()
    broker.welcome()
    broker.expect(0x82)
    lamp = kernel.modules["lamp"].properties["on"]
    lamp.set = lambda lamp, on: kernel.reconfigure("mqtt", {"keepalive_s": 100})
    broker.send(message("modcore/house/lamp/on/set", b"true"))
    until(kernel, lambda: kernel.modules["mqtt"].config["keepalive_s"] == 100)
    content = broker.welcome()
    assert content[8:10] == b"\x00\x64"
    assert broker.expect(0x31) == b"\x00\x14modcore/house/statusonline"
    assert kernel.modules["mqtt"].pause_s == 1
    stopped(kernel, broker)
