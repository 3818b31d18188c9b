"""The properties of a device by the Homie convention: descriptions, payloads, ids, and the order of what is told."""

# heap: 224K

import json

import device
from mqtt_wire import Broker, message

from modcore import Kernel, Module, Refused
from plugins.homie import Homie
from plugins.homie.description import datatype_of, parts
from plugins.homie.identifiers import device_id, property_name
from plugins.homie.payloads import decode, encode
from plugins.mqtt import Mqtt
from plugins.mqtt.leftovers import begin as sweep
from support import raises, until

BASE = "homie/5/house/"


def one(kind, set=True, value=None, **meta):
    found = parts("zoo/one", dict(meta, kind=kind, set=set), datatype_of(value, meta))
    assert len(found) == 1 and found[0][0] is None
    return found[0][1]


def test_a_property_has_a_datatype_and_a_format():
    for kind, meta, datatype, format in (
        ("switch", {}, "boolean", None),
        ("valve", {}, "boolean", "closed,open"),
        ("light", {}, "boolean", None),
        ("light", {"max": 100}, "float", "0:100"),
        ("number", {}, "float", None),
        ("number", {"min": 0, "max": 10, "step": 0.5}, "float", "0:10:0.5"),
        ("number", {"max": 10, "step": 1}, "integer", ":10:1"),
        ("select", {"options": ["a", "b"]}, "enum", "a,b"),
        ("select", {"options": ["a,b", "c"]}, "string", None),
        ("select", {"options": [" a", "c"]}, "string", None),
        ("text", {}, "string", None),
        ("date", {}, "string", None),
        ("datetime", {}, "datetime", None),
        ("button", {}, "enum", "press"),
        ("event", {"options": ["short", "long"]}, "enum", "short,long"),
    ):
        about = one(kind, **meta)
        assert (about["datatype"], about.get("format")) == (datatype, format), (kind, about)
        assert about["settable"]
        assert about.get("retained", True) == (kind not in ("button", "event"))


def test_a_sensor_is_what_its_value_is():
    for value, meta, datatype in (
        (20.5, {}, "float"),
        (None, {"unit": "L"}, "float"),
        (True, {}, "boolean"),
        ({"a": 1}, {}, "json"),
        ("wet", {}, "string"),
        ("wet", {"options": ["wet", "dry"]}, "enum"),
    ):
        about = one("sensor", False, value, **meta)
        assert about["datatype"] == datatype and "settable" not in about, about
    assert one("sensor", False, 1, unit="L")["unit"] == "L"


def test_a_property_of_several_values_is_several_of_homies():
    lamp = dict(parts("a/lamp", {"kind": "light", "set": True, "fields": ["on", "color"], "name": "Lamp"}))
    assert lamp["on"] == {"datatype": "boolean", "settable": True, "name": "Lamp on"}
    assert lamp["color"]["datatype"] == "color" and lamp["color"]["format"] == "rgb"
    cover = dict(parts("a/cover", {"kind": "cover", "set": True}))
    assert "settable" not in cover["state"] and cover["action"]["retained"] is False
    lock = dict(parts("a/lock", {"kind": "lock", "set": True}))
    assert "settable" not in lock[None] and lock["action"]["format"] == "lock,unlock"


def test_values_become_payloads_and_payloads_values():
    for value, datatype, payload in (
        (True, "boolean", b"true"),
        (20.5, "float", b"20.5"),
        (5, "integer", b"5"),
        ("a", "enum", b"a"),
        ("", "string", b"\x00"),
        ([255, 0, 10], "color", b"rgb,255,0,10"),
        ({"a": [1]}, "json", b'{"a": [1]}'),
        ("2026-11-30T06:30:00", "datetime", b"2026-11-30T06:30:00"),
    ):
        assert encode(value, datatype, "a,b") == payload
        assert decode("x", payload, datatype) == value
    assert encode(None, "float") is None
    for value, datatype in ((1, "boolean"), ("x", "float"), (True, "float"), (0.5, "integer"), ("c", "enum")):
        raises(ValueError, encode, value, datatype, "a,b")
    for payload, datatype in (
        (b"1", "boolean"),
        (b"TRUE", "boolean"),
        (b"", "float"),
        (b"nan", "float"),
        (b" 5", "integer"),
        (b"-", "integer"),
        (b"0.5", "integer"),
        (b"1,2,3", "color"),
        (b"", "string"),
        (b"\xff", "string"),
        (b"[1 2]", "json"),
    ):
        raises(Refused, decode, "x", payload, datatype)


def test_ids_are_what_homie_allows_and_no_two_are_alike():
    assert device_id("garden-1") == "garden-1"
    assert property_name("pump/rain_delay") == "pump/rain-delay"
    assert property_name("lamp/light", "on") == "lamp/light--on"
    names = ["a_b", "a-b", "A_b", "a__b", "_a", "a_", "a b", "\u00d6l", "ol", "-", "_", ""]
    found = [property_name("m/" + name)[2:] for name in names]
    assert len(set(found)) == len(found)
    for id in found + [device_id(name) for name in names]:
        assert id and id[0] != "-" and id[-1] != "-" and not id.strip("abcdefghijklmnopqrstuvwxyz0123456789-")


class Lamp(Module):
    """A switch, a sensor whose values differ in kind, an event, and a property that comes later."""

    def start(self):
        self.property("on", "switch", False, self.put)
        self.property("watts", "sensor", 7)
        self.property("bell", "event", options=["short", "long"])
        self.commands = []

    def put(self, property, value):
        self.commands.append(value)
        property.value = value


class House:
    """A device of which only Homie speaks to the broker."""

    def __init__(self):
        self.broker = Broker(lively=True)
        settings = {"host": [], "client_id": "house", "keepalive_s": 6000}
        self.kernel = Kernel({"name": "house", "log": {"level": "critical"}, "mqtt": settings})
        self.kernel.add(Mqtt())
        self.kernel.add(Homie())
        self.lamp = self.kernel.add(Lamp())
        self.homie = self.kernel.modules["homie"]
        self.kernel.step()
        self.homie.brokers = [("127.0.0.1", self.broker.port)]
        self.homie.due = 0
        self.broker.kernel = self.kernel

    def told(self, last="$state", value=b"ready"):
        """The messages up to one: a list of (topic below the device's, payload)."""
        found = []
        while not found or found[-1] != (last, value):
            kind, content = self.broker.read()
            if kind & 0xF0 == 0x30:
                size = content[1]
                topic = content[2 : 2 + size].decode()
                assert topic.startswith(BASE), topic
                found.append((topic[len(BASE) :], content[2 + size :]))
        return found

    def stop(self):
        self.kernel.stop()
        self.broker.close()


def test_a_device_is_ready_when_all_is_told_and_says_so_when_that_changes():
    house = House()
    hello = house.broker.welcome()
    assert b"homie/5/house/$state\x00\x04lost" in hello
    found = house.told()
    assert [name for name, _ in found[:2]] == ["$state", "$description"] and found[0][1] == b"init"
    assert ("lamp/on", b"false") in found and ("lamp/watts", b"7") in found
    assert not [name for name, _ in found if name.startswith("homie/")]
    first = json.loads(found[1][1].decode())
    assert first["homie"] == "5.0" and first["name"] == "house"
    assert first["nodes"]["lamp"]["properties"]["bell"]["retained"] is False

    house.broker.send(message(BASE + "lamp/on/set", b"true"))
    assert house.told("lamp/on", b"true") and house.lamp.commands == [True]
    house.broker.send(message(BASE + "lamp/on/set", b"wet"))
    name, reason = house.told("$log/warn", b"lamp/on takes a payload of the datatype boolean")[-1]
    house.broker.send(message(BASE + "lamp/on/set", b"false", 0x31))
    assert b"retained" in house.told("$log/warn", b"lamp/on: a retained command is not carried out")[-1][1]
    house.lamp.properties["bell"].value = "long"
    assert house.told("lamp/bell", b"long")

    # A value of another kind, and a property that goes: all is described anew.
    house.lamp.properties["watts"].value = "broken"
    until(house.kernel, lambda: house.homie.pending)
    house.lamp.properties["on"].withdraw()
    device.time.now_ms += 1000
    found = house.told()
    second = json.loads(dict(found)["$description"].decode())
    assert second["version"] > first["version"]
    assert second["nodes"]["lamp"]["properties"]["watts"]["datatype"] == "string"
    assert "on" not in second["nodes"]["lamp"]["properties"]
    assert ("lamp/watts", b"broken") in found and ("lamp/on", b"") in found

    house.kernel.move("homie", "STOPPED")
    assert house.told("$state", b"disconnected")
    house.stop()


def test_what_is_left_under_another_id_or_domain_is_cleared_unless_another_device_has_it():
    for state, cleared in ((b"lost", True), (b"ready", False)):
        house = House()
        house.broker.welcome()
        house.told()
        house.homie.earlier = {"prefix": "homie/5/shed/", "client": "house"}
        sweep(house.homie)
        while house.broker.expect(0x82)[4:-1] != b"homie/5/shed/$state":
            pass
        house.broker.send(message("homie/5/shed/$state", state, 0x31))
        house.broker.send(message("homie/5/shed/lamp/client", b"5", 0x31))
        house.broker.send(message(BASE + "old/client", b"5", 0x31))
        found = []
        while not found or found[-1] != BASE + "old/client":
            kind, content = house.broker.read()
            if kind == 0x31:
                found.append(content[2 : 2 + content[1]].decode())
        assert ("homie/5/shed/lamp/client" in found) == cleared, found
        house.stop()


def test_another_broker_of_the_bridge_is_another_one_here():
    house = House()
    house.broker.welcome()
    house.told()
    house.kernel.reconfigure("mqtt", {"host": "127.0.0.1", "port": 1})
    until(house.kernel, lambda: house.homie.brokers == [("127.0.0.1", 1)] and house.homie.state == "RUNNING")
    assert not house.homie.connected
    house.stop()
