"""What a payload stands for, who gets the command, and what is refused."""

from mqtt_wire import Broker, message

from modcore import Kernel, Module, Refused
from plugins.mqtt import Mqtt, dumps
from plugins.mqtt.command import command, decode
from support import on_cpython, raises, steps, until


class Panel(Module):
    """A number, a text, and listeners of its own."""

    def start(self):
        self.property("dial", kind="number", value=0, min=0, max=10, set=self.turn)
        self.property("note", kind="text", value="", set=self.turn)
        self.property("seen", kind="sensor", value=1)
        self.listen("panel/plan/set", self.hear)
        self.heard = []

    def turn(self, property, value):
        if value == "no":
            raise Refused("not now")
        if value == "fail":
            raise RuntimeError("broken")
        property.value = value

    def hear(self, topic, value):
        self.heard.append((topic, value))


def panel():
    kernel = Kernel({"log": {"level": "critical"}})
    bridge = kernel.add(Mqtt())
    one = kernel.add(Panel())
    steps(kernel)
    return kernel, bridge, one


def test_a_payload_is_json_or_else_a_bare_string():
    for payload, value in (
        (b"true", True),
        (b"0", 0),
        (b"-2.5e3", -2500.0),
        (b"null", None),
        (b'"true"', "true"),
        (b" 5 ", 5),
        (b'{"a": [1, "b", null]}', {"a": [1, "b", None]}),
        (b"wet", "wet"),
        (b'"wet', '"wet'),
        (b"True", "True"),
        (b"NaN", "NaN"),
        (b"-Infinity", "-Infinity"),
        (b"1 2", "1 2"),
        ("Grüße".encode(), "Grüße"),
        (b"12345678901234567890123", 12345678901234567890123),
    ):
        found = decode("x/y", payload)
        assert found == value and type(found) is type(value), payload


def test_what_is_neither_is_refused():
    for payload, reason in (
        (b"", "x/y: the payload is empty"),
        (b"\xff", "x/y: the payload is no UTF-8"),
        (b'"\xc3"', "x/y: the payload is no UTF-8"),
        (b"1e400", "without bound"),
        (b"[1, -1e400]", "without bound"),
        (b"[" * 9 + b"]" * 9, "nested too deep"),
        (b'{"a":' * 9 + b"1" + b"}" * 9, "nested too deep"),
        (b"[" * 900 + b"]" * 900, "nested too deep"),
    ):
        assert reason in str(raises(Refused, decode, "x/y", payload)), payload
    assert decode("x/y", b"[" * 8 + b"]" * 8)


def test_a_property_checks_its_commands():
    kernel, bridge, one = panel()
    command(bridge, "panel/dial", 7)
    assert one.properties["dial"].value == 7
    for name, value, reason in (
        ("panel/dial", 11, "takes a number from 0 to 10"),
        ("panel/dial", True, "takes a number"),
        ("panel/dial", None, "takes a number"),
        ("panel/note", 5, "takes text"),
        ("panel/note", "no", "not now"),
        ("panel/note", "fail", "the module failed"),
    ):
        assert reason in str(raises(Refused, command, bridge, name, value)), name
    kernel.stop()


def test_others_get_what_they_listen_to():
    kernel, bridge, one = panel()
    wide = []
    kernel.bus.subscribe("+/+/set", lambda topic, value: wide.append((topic, value)))
    command(bridge, "panel/plan", {"a": 1})
    command(bridge, "panel/dial", 3)
    steps(kernel)
    assert one.heard == [("panel/plan/set", {"a": 1})]
    assert wide == [("panel/plan/set", {"a": 1}), ("panel/dial/set", 3)]
    assert one.properties["dial"].value == 3
    kernel.stop()


def test_a_full_bus_refuses():
    kernel, bridge, one = panel()
    for i in range(kernel.bus.size):
        kernel.bus.publish("panel/event", i)
    assert "too many events wait" in str(raises(Refused, command, bridge, "panel/plan", 1))
    kernel.stop()


def test_every_value_has_its_payload():
    for value, payload in (
        (True, b"true"),
        (None, b"null"),
        (7, b"7"),
        (20.5, b"20.5"),
        ("Lawn", b"Lawn"),
        ("Grüße", "Grüße".encode()),
        ("", b""),
        ([1, None, "x"], b'[1, null, "x"]'),
        (float("nan"), b"null"),
        (float("-inf"), b"null"),
        (b"\x00\xff", b"\x00\xff"),
    ):
        assert dumps(value) == payload, value


@on_cpython  # json of MicroPython writes whatever it is given
def test_a_value_that_has_no_payload_is_counted_and_harms_nobody():
    kernel, bridge, one = panel()
    one.publish("panel/odd", object())
    one.publish("panel/text", "\ud800")
    steps(kernel)
    assert bridge.overflows == 2
    kernel.stop()


def test_refusals_go_to_a_topic_beside_and_old_commands_move_nothing():
    broker = Broker()
    kernel = broker.kernel = Kernel(
        {"name": "house", "log": {"level": "critical"}, "mqtt": {"host": "127.0.0.1", "port": broker.port}}
    )
    kernel.add(Mqtt())
    one = kernel.add(Panel())
    broker.welcome()
    for _ in range(3):
        broker.expect(0x82)
    broker.send(message("modcore/house/panel/dial/set", b"5", 0x31))  # retained
    broker.send(message("modcore/house/panel/dial/set", b"much"))
    size = len("modcore/house/panel/dial/error")
    assert broker.expect(0x30) == bytes([0, size]) + b"modcore/house/panel/dial/error" + (
        b'panel/dial takes a number from 0 to 10, not "much"'
    )
    assert one.properties["dial"].value == 0
    broker.send(message("modcore/house/panel/dial/set", b"6"))
    until(kernel, lambda: one.properties["dial"].value == 6)
    kernel.stop()
    broker.close()
