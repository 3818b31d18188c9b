"""A device beside a controller of the Homie convention from PyPI (ebus-sdk), and what its description must be."""

import json

import jsonschema
import pytest
from ebus_sdk import Controller

from peers import Mqtt
from processes import eventually

ID = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"
# Tables of the convention 5.0: device, node and property objects.
DESCRIPTION = {
    "type": "object",
    "required": ["homie", "version"],
    "additionalProperties": False,
    "properties": {
        "homie": {"pattern": r"^5\.\d+$"},
        "version": {"type": "integer"},
        "name": {"type": "string"},
        "nodes": {
            "propertyNames": {"pattern": ID},
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string"},
                    "type": {"type": "string"},
                    "properties": {
                        "propertyNames": {"pattern": ID},
                        "additionalProperties": {"$ref": "#/$defs/property"},
                    },
                },
            },
        },
    },
    "$defs": {
        "property": {
            "type": "object",
            "required": ["datatype"],
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string"},
                "datatype": {
                    "enum": "integer float boolean string enum color datetime duration json".split()
                },
                "format": {"type": "string", "minLength": 1},
                "settable": {"type": "boolean"},
                "retained": {"type": "boolean"},
                "unit": {"type": "string"},
            },
            "if": {"properties": {"datatype": {"enum": ["enum", "color"]}}},
            "then": {"required": ["format"]},
        }
    },
}
ZOO = """
from modcore import Module


class Zoo(Module):
    def start(self):
        self.property("switch", "switch", False, self.put)
        self.property("level", "number", 5, self.put, min=0, max=10, step=0.5, unit="L")
        self.property("mode", "select", "1", self.put, options=["1", "2"])
        self.property("label", "text", "", self.put)
        self.property("Out_side", "sensor", 20.5, unit="\u00b0C")
        self.property("lamp", "light", {"on": True}, self.part, fields=["on", "brightness", "color"])
        self.property("cover", "cover", {"state": "open"}, self.move)
        self.property("ring", "button", set=self.ring)
        self.property("bell", "event", options=["short", "long"])

    def put(self, property, value):
        property.value = value

    def part(self, property, change):
        property.value = dict(property.value, **change)

    def move(self, property, change):
        property.value = {"state": "closed"}

    def ring(self, property, value):
        self.properties["bell"].value = "long"
"""


class Watcher:
    """The controller, which keeps all values that it hears."""

    def __init__(self, port):
        self.heard = []
        self.controller = Controller(
            {"host": "127.0.0.1", "port": port}, homie_domain="homie", auto_start=True
        )
        self.controller.set_on_property_changed_callback(
            lambda device, node, name, value, *_: self.heard.append((node + "/" + name, value))
        )

    def device(self, state):
        """Wait until the device is in this state and described; return it."""

        def there():
            device = self.controller.get_device("zoo")
            return device and device.state == state and device.description and device

        return eventually(there, state)

    def command(self, name, value):
        """Set a property (`zoo/switch`)."""
        assert self.controller.set_property("zoo", *name.split("/"), value)

    def wait(self, name, value):
        """Wait until a property has had this value."""
        eventually(lambda: (name, value) in self.heard, "{} = {}".format(name, value))


@pytest.fixture
def watcher(mosquitto):
    """A controller beside the broker."""
    found = Watcher(mosquitto.port)
    yield found
    found.controller.mqttc.stop()


def test_a_controller_finds_the_device_reads_it_and_commands_it(device, mosquitto, watcher):
    config = {
        "name": "zoo",
        "plugins": ["mqtt", "homie"],
        "modules": ["zoo"],
        "mqtt": {"host": "broker.local", "keepalive_s": 2},
    }
    board = device(config=config, files={"zoo.py": ZOO}, broker=mosquitto)
    found = watcher.device("ready")
    jsonschema.validate(found.description, DESCRIPTION)
    assert found.description["name"] == "zoo"
    properties = found.get_node_properties("zoo")
    assert properties["level"] == {
        "name": "level",
        "datatype": "float",
        "format": "0:10:0.5",
        "unit": "L",
        "settable": True,
    }
    outside = [name for name in properties if name.startswith("outside--")]
    for name, value in (("switch", "false"), ("level", "5"), (outside[0], "20.5"), ("lamp--on", "true")):
        watcher.wait("zoo/" + name, value)

    for name, value, state, payload in (
        ("switch", "true", "switch", "true"),
        ("level", "7.5", "level", "7.5"),
        ("mode", "2", "mode", "2"),
        ("label", "true", "label", "true"),
        ("lamp--color", "rgb,1,2,3", "lamp--color", "rgb,1,2,3"),
        ("cover--action", "close", "cover--state", "closed"),
        ("ring", "press", "bell", "long"),
    ):
        watcher.command("zoo/" + name, value)
        watcher.wait("zoo/" + state, payload)
    with Mqtt(mosquitto.port, "homie/5/zoo/$log/#", "modcore/zoo/status") as peer:
        watcher.command("zoo/level", "70")
        eventually(lambda: peer.last("homie/5/zoo/$log/warn"), "a reason")
        assert "from 0 to 10" in peer.last("homie/5/zoo/$log/warn")
        # Both have their last will: each its own connection.
        board.power_cut()
        watcher.device("lost")
        peer.wait("modcore/zoo/status", "offline")
        board.start()
        assert json.dumps(properties) == json.dumps(watcher.device("ready").get_node_properties("zoo"))
