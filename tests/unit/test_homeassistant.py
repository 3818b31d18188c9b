"""Messages to Home Assistant: one per property, when it comes, changes and goes."""

# heap: 320K

import json

import device
from mqtt_wire import Broker, message

from modcore import Kernel, Module
from plugins.homeassistant import Homeassistant
from plugins.homeassistant.classes import fits
from plugins.homeassistant.components import component_of, describe, identifier
from plugins.mqtt import Mqtt
from support import steps, until

CONFIG = {"forget_s": 20}


class Zoo(Module):
    """A property of every kind."""

    def start(self):
        take = self.take
        self.property("switch", "switch", False, take, name="Pump")
        self.property("valve", "valve", False, take, device_class="water", icon="mdi:valve")
        self.property("light", "light", False, take)
        self.property("dimmer", "light", 0, take, max=100)
        self.property("button", "button", None, take)
        self.property("number", "number", 5, take, min=0, max=10, step=0.5, unit="L")
        self.property("free", "number", 5, take)
        self.property("fine", "number", 0.5, take, min=0, max=1, step=0.0001)
        self.property("target", "number", 20.5, take, min=5, max=30)
        self.property("half", "number", 5, take, min=0.5, max=30)
        self.property("select", "select", "a", take, options=["a", "b"])
        self.property("text", "text", "x", take, max=40)
        self.property(
            "sensor", "sensor", 20.5, unit="°C", device_class="temperature", state_class="measurement"
        )
        self.property("binary_sensor", "binary_sensor", True, device_class="door")
        self.property("faint", "light", 0, take, max=1)
        self.property("fixed", "number", 5, take, min=5, max=5)
        self.property("words", "sensor", "x" * 300)
        self.property("state", "sensor", "dry", options=["dry", "wet"], state_class="measurement")
        self.property("air", "sensor", 3, device_class="aqi")
        self.property("day", "sensor", "2026-11-30", device_class="date")
        self.property("since", "sensor", "2026-11-30T10:00:00", device_class="timestamp")
        self.property("code", "text", "0000", take, min=4, max=8)
        oven = {"modes": ["off", "heat", "grill"], "presets": ["none", "eco"], "fields": ["mode", "preset"]}
        self.property("oven", "climate", None, take, **oven)
        self.property("gate", "valve", True, device_class="water", entity_category="config")
        self.property("limit", "number", 5, device_class="temperature", entity_category="config")

    def take(self, property, value):
        property.value = value


def described(name):
    kernel = Kernel({"name": "garden", "log": {"level": "critical"}, "mqtt": {"client_id": "garden"}})
    kernel.add(Mqtt())
    kernel.add(Homeassistant())
    kernel.add(Zoo())
    steps(kernel)
    meta = kernel.bus.get("$describe/zoo/" + name)
    found = describe("zoo/" + name, meta, kernel.bus.get("zoo/" + name), kernel.log)[1]
    kernel.stop()
    assert found.pop("avty_t", "") == "~/status" or found["avty"]
    return json.loads(json.dumps(found))


STATE = "~/zoo/"
OR_NONE = "{{ value or 'None' }}"


def test_a_switch():
    assert described("switch") == {
        "name": "Pump",
        "stat_t": STATE + "switch",
        "cmd_t": STATE + "switch/set",
        "pl_on": "true",
        "pl_off": "false",
        "val_tpl": OR_NONE,
    }


def test_a_valve_has_no_word_for_not_known_and_is_unavailable_then():
    assert described("valve") == {
        "name": "zoo valve",
        "stat_t": STATE + "valve",
        "cmd_t": STATE + "valve/set",
        "pl_open": "true",
        "pl_cls": "false",
        "stat_open": "true",
        "stat_clsd": "false",
        "dev_cla": "water",
        "ic": "mdi:valve",
        "avty_mode": "latest",
        "avty": [
            {"t": "~/status"},
            {"t": STATE + "valve", "val_tpl": "{{ 'online' if value else 'offline' }}"},
        ],
    }


def test_lights():
    assert described("light")["pl_on"] == "true"
    dimmer = described("dimmer")
    assert dimmer["bri_cmd_t"] == dimmer["cmd_t"] == STATE + "dimmer/set"
    assert dimmer["bri_stat_t"] == dimmer["stat_t"] == STATE + "dimmer"
    assert dimmer["bri_scl"] == 100 and dimmer["on_cmd_type"] == "brightness"
    assert dimmer["pl_off"] == "0"
    # Brightness is a whole number in Home Assistant: a light from 0 to 1 would only be on or off.
    faint = described("faint")
    assert faint["bri_scl"] == 255 and "round(3)" in faint["bri_cmd_tpl"] and "/ 1)" in faint["bri_val_tpl"]


def test_a_light_in_steps_has_as_many_levels_and_takes_its_own_numbers():
    def light(**meta):
        return describe("zoo/light", dict(meta, kind="light", set=True), 0, None)[1]

    out = light(max=100, step=10)
    assert out["bri_scl"] == 10 and out["bri_cmd_tpl"] == "{{ (value * 10) | round(6) }}"
    assert light(max=1, step=0.25)["bri_scl"] == 4
    assert "bri_cmd_tpl" not in light(max=255)
    # Rounded it may be more than there is.
    assert light(max=0.7)["bri_cmd_tpl"].endswith(", 0.7] | min }}")


def test_a_unit_with_a_greek_mu_is_the_one_with_the_micro_sign():
    meta = {"kind": "sensor", "set": False, "unit": "\u03bcg/m\u00b3", "device_class": "pm25"}
    out = describe("zoo/dust", meta, 5, None)[1]
    assert out["dev_cla"] == "pm25" and out["unit_of_meas"] == "\u00b5g/m\u00b3"


def test_a_button_has_no_state():
    assert described("button") == {"name": "zoo button", "cmd_t": STATE + "button/set", "pl_prs": "true"}


def test_numbers_have_bounds():
    number = described("number")
    assert (number["min"], number["max"], number["step"], number["unit_of_meas"]) == (0, 10, 0.5, "L")
    free = described("free")
    assert free["min"] < -5000000 and free["max"] > 5000000 and free["mode"] == "box" and "step" not in free
    # It takes no smaller step, and whole numbers where it is told none.
    assert described("fine")["step"] == 0.001
    assert described("target")["step"] == described("half")["step"] == 0.1


def test_a_number_with_nothing_to_choose_is_a_sensor():
    fixed = described("fixed")
    assert "cmd_t" not in fixed and "min" not in fixed


def test_select_and_text_send_json_so_that_a_text_may_look_like_a_number():
    select = described("select")
    assert select["ops"] == ["a", "b"] and select["cmd_tpl"] == "{{ value | tojson }}"
    text = described("text")
    assert (text["min"], text["max"], text["cmd_tpl"]) == (0, 40, "{{ value | tojson }}")


def test_sensors():
    sensor = described("sensor")
    assert sensor["unit_of_meas"] == "°C" and sensor["stat_cla"] == "measurement"
    assert "cmd_t" not in sensor
    assert described("binary_sensor")["pl_on"] == "true"
    # An empty message would be passed over: that a value is not known any more has to be said.
    assert described("binary_sensor")["val_tpl"] == OR_NONE
    # So it has for what it refuses: words among numbers, a word that is none of the options, a moment of no zone.
    assert "is_number(value) else 'None'" in sensor["val_tpl"]
    assert "is_number" in described("air")["val_tpl"] and "is_number" not in described("day")["val_tpl"]
    assert "as_datetime | as_local" in described("since")["val_tpl"]
    assert "[:255]" in described("words")["val_tpl"]
    state = described("state")
    assert state["dev_cla"] == "enum" and state["ops"] == ["dry", "wet"] and "stat_cla" not in state
    assert state["val_tpl"] == """{{ value if value in ["dry", "wet"] else 'None' }}"""


def test_a_text_that_may_not_be_empty_is_unavailable_while_it_is_not_known():
    assert described("code")["min"] == 4 and described("code")["avty"][1]["t"] == STATE + "code"
    assert "avty" not in described("text")


def test_a_climate_has_no_modes_and_presets_that_home_assistant_refuses():
    oven = described("oven")
    assert oven["modes"] == ["off", "heat"] and 'in ["off", "heat"] else \'None\'' in oven["mode_stat_tpl"]
    assert oven["pr_modes"] == ["eco"]


def test_a_sensor_keeps_to_the_classes_and_categories_of_sensors():
    # Home Assistant refuses others, and the entity with them.
    gate = described("gate")
    assert "dev_cla" not in gate and gate["ent_cat"] == "diagnostic"
    limit = described("limit")
    assert "dev_cla" not in limit and limit["ent_cat"] == "diagnostic"


def test_a_class_that_home_assistant_would_refuse_is_left_out_and_told():
    for component, name, unit, trouble in (
        ("sensor", "temperature", "°C", None),
        ("sensor", "temperature", "C", "takes the unit K or °C or °F, not C"),
        ("sensor", "temperature", None, "takes the unit K or °C or °F, not none"),
        ("sensor", "heat", None, "no such class for a sensor"),
        ("number", "timestamp", None, "no such class for a number"),
        ("sensor", "timestamp", None, None),
        ("sensor", "timestamp", "s", "takes no unit"),
        ("sensor", "ph", None, None),
        ("sensor", "monetary", "EUR", None),
        ("sensor", "volume", "fl. oz.", None),
        ("binary_sensor", "door", None, None),
        ("binary_sensor", "temperature", None, "a binary_sensor has battery"),
        ("switch", "valve", None, "a switch has outlet, switch"),
        ("select", "enum", None, "a select has none"),
    ):
        found = fits(component, name, unit)
        assert found == trouble or trouble and trouble in found, (name, unit, found)


def test_what_can_not_be_set_becomes_a_sensor():
    for kind, component in (
        ("switch", "binary_sensor"),
        ("valve", "binary_sensor"),
        ("light", "binary_sensor"),
        ("number", "sensor"),
        ("select", "sensor"),
        ("text", "sensor"),
        ("sensor", "sensor"),
        ("binary_sensor", "binary_sensor"),
        ("button", None),
    ):
        assert component_of({"kind": kind, "set": False}) == component
        assert kind in ("sensor", "binary_sensor") or component_of({"kind": kind, "set": True}) == kind


def test_appliances_take_their_parts_of_one_object():
    for kind, meta, keys in (
        ("cover", {}, "pl_open pl_cls pl_stop val_tpl stat_t cmd_t"),
        (
            "cover",
            {"fields": ["position", "tilt"]},
            "pos_t pos_tpl set_pos_t set_pos_tpl tilt_cmd_t tilt_status_t",
        ),
        (
            "fan",
            {"fields": ["on", "speed", "preset"], "presets": ["eco"]},
            "pl_on pct_cmd_tpl pct_stat_t pr_modes",
        ),
        (
            "climate",
            {"min": 5, "max": 30},
            "mode_cmd_t mode_stat_tpl temp_cmd_tpl curr_temp_t min_temp temp_unit",
        ),
        (
            "light",
            {"fields": ["on", "brightness", "color", "effect"], "effects": ["x"]},
            "schema cmd_on_tpl r_tpl",
        ),
        ("lock", {}, "pl_lock pl_unlk stat_locked"),
        ("alarm_control_panel", {}, "pl_disarm pl_arm_nite cod_arm_req"),
    ):
        meta = dict(meta, kind=kind, set=True)
        component, out = describe("zoo/one", meta, None, None)
        assert component == kind
        assert not [key for key in keys.split() if key not in out], (kind, sorted(out))
    assert describe("zoo/ring", {"kind": "event", "set": False, "options": ["long"]}, None, None)[1][
        "evt_typ"
    ] == ["long"]
    assert describe("zoo/at", {"kind": "time", "set": True}, None, None)[0] == "text"
    assert describe("zoo/cover", {"kind": "cover", "set": False}, None, None)[0] == "sensor"


def test_ids_have_only_what_may_stand_in_a_topic_of_discovery_and_no_two_are_alike():
    assert identifier("valves/0") == "valves_0"
    assert identifier("modcore/my garden-1/Beet_3/Öl") == "modcore_my-20-garden--1_Beet-_3_-d6-l"
    names = ["pump/a_on", "pump_a/on", "a b", "a_20b", "a-20-b", "a_/b", "a/_b", "a.b", "a/b", "a-/b", "a/-b"]
    assert len({identifier(name) for name in names}) == len(names)


class House:
    """A device with its broker, and a clock that goes when it is told to."""

    def __init__(self):
        self.broker = Broker(lively=True)
        settings = {"host": "127.0.0.1", "port": self.broker.port, "client_id": "house", "keepalive_s": 6000}
        self.kernel = self.broker.kernel = Kernel(
            {"name": "house", "log": {"level": "critical"}, "mqtt": settings, "homeassistant": CONFIG}
        )
        self.kernel.add(Mqtt())
        self.kernel.add(Homeassistant())
        self.lamp = self.kernel.add(Lamp())
        self.broker.welcome()

    def configs(self, migrating=False):
        """The discovery messages up to a mark, a list of (topic, object), None for one taken back."""
        self.kernel.bus.publish("mark")
        found = []
        while True:
            kind, content = self.broker.read()
            if kind & 0xF0 == 0x30:
                size = content[1]
                topic = content[2 : 2 + size].decode()
                if topic == "modcore/house/mark":
                    return found
                if topic.endswith("/config"):
                    payload = content[2 + size :]
                    assert kind == (0x30 if b"migrate" in payload else 0x31), "not retained"
                    assert migrating or b"migrate" not in payload
                    found.append((topic, json.loads(payload.decode()) if payload else None))

    def settle(self, seconds=0, migrating=False, every=False):
        """Let time pass; the discovery messages that come of it: {topic: object}, or `every` one in a list."""
        for _ in range(seconds):
            device.time.now_ms += 1000
            self.kernel.step()
        for _ in range(30):
            self.kernel.step()
        found = self.configs(migrating)
        return found if every else dict(found)

    def stop(self):
        self.kernel.stop()
        self.broker.close()


class Lamp(Module):
    """A switch and a sensor."""

    kind = "switch"

    def start(self):
        if self.kind:
            self.property("on", self.kind, 0 if self.kind == "number" else False, print, max=10)
        self.property("watts", "sensor", 7)


ON = "homeassistant/switch/modcore_house/lamp_on/config"
WATTS = "homeassistant/sensor/modcore_house/lamp_watts/config"


def test_every_property_is_announced_on_connect_and_on_birth():
    house = House()
    assert sorted(house.settle()) == [WATTS, ON]
    assert house.settle() == {}
    house.broker.expect(0xC0)  # whether the mark has arrived
    until(house.kernel, lambda: not house.kernel.modules["mqtt"].session.ping_sent)
    house.broker.hang_up()
    until(house.kernel, lambda: not house.kernel.modules["mqtt"].connected)
    device.time.now_ms += 5000
    house.broker.welcome()
    found = house.settle()
    assert sorted(found) == [WATTS, ON]
    assert (
        found[ON]["dev"]["name"] == "house"
        and found[ON]["avty_t"] == "~/status"
        and found[ON]["~"] == "modcore/house"
    )
    assert found[ON]["uniq_id"] != found[WATTS]["uniq_id"]
    assert found[ON]["dev"]["ids"] == found[WATTS]["dev"]["ids"] == ["modcore_house"]
    house.stop()


def test_birth_of_home_assistant():
    house = House()
    house.settle()
    house.broker.send(message("homeassistant/status", b"online"))
    found = {}
    for _ in range(50):
        found.update(house.settle())
        if found:
            break
    found.update(house.settle())
    assert sorted(found) == [WATTS, ON]
    house.stop()


def test_a_module_that_starts_again_keeps_its_place():
    house = House()
    house.settle()
    house.kernel.move("lamp", "STOPPED")
    assert house.settle(15) == {}
    house.kernel.move("lamp", "RUNNING")
    found = house.settle(60)
    assert sorted(found) == [WATTS, ON] and found[ON] and found[WATTS]
    house.stop()


def test_a_property_that_has_gone_for_good_is_taken_back():
    house = House()
    house.settle()
    house.lamp.kind = None
    house.kernel.reconfigure("lamp")
    found = house.settle(15)
    assert list(found) == [WATTS] and found[WATTS]
    assert house.settle(20) == {ON: None}
    house.kernel.remove("lamp")
    assert house.settle(40) == {WATTS: None}
    house.stop()


def test_another_kind_takes_the_place_of_the_old_one():
    house = House()
    house.settle()
    house.lamp.kind = "number"
    house.kernel.reconfigure("lamp")
    found = house.settle()
    assert found[ON] is None
    assert found["homeassistant/number/modcore_house/lamp_on/config"]["max"] == 10
    house.stop()


def test_what_the_broker_has_from_earlier_days_is_taken_back():
    house = House()
    house.settle()
    house.settle(22)
    for topic in (ON, WATTS, "homeassistant/light/modcore_house/lamp_old/config"):
        house.broker.send(message(topic, b'{"name": "x"}' + b" " * 500, 0x31))
    found = {}
    for _ in range(20):
        found.update(house.settle())
    assert found == {"homeassistant/light/modcore_house/lamp_old/config": None}
    house.settle(10)
    # After that it is not subscribed to any more.
    assert "homeassistant/+/modcore_house/+/config" not in house.kernel.modules["mqtt"].session.filters
    house.stop()


def test_with_another_prefix_what_was_announced_under_the_old_one_is_taken_back():
    house = House()
    house.settle()
    house.kernel.reconfigure("homeassistant", {"prefix": "ha"})
    assert sorted(house.settle()) == [topic.replace("homeassistant/", "ha/") for topic in (WATTS, ON)]
    house.settle(22)
    for topic in (ON, ON.replace("homeassistant/", "ha/")):
        house.broker.send(message(topic, b'{"name": "x"}', 0x31))
    found = {}
    for _ in range(20):
        found.update(house.settle())
    assert found == {ON: None}
    house.stop()


DEVICE = "homeassistant/device/modcore_house/lamp/config"


def test_by_configuration_a_module_is_announced_in_one_message_and_the_others_give_way():
    CONFIG["device"] = True
    house = House()
    del CONFIG["device"]
    assert house.settle() == {}  # the broker is asked first what it has
    for topic in (ON, "homeassistant/light/modcore_house/lamp_old/config"):
        house.broker.send(message(topic, b'{"name": "x"}', 0x31))
    found = {}
    for _ in range(20):
        found.update(house.settle(migrating=True))
    assert found == {
        ON: {"migrate_discovery": True},
        "homeassistant/light/modcore_house/lamp_old/config": None,
    }
    found = house.settle(6)
    assert list(found) == [DEVICE]
    parts = found[DEVICE]["cmps"]
    assert sorted(parts) == ["sensor_lamp_watts", "switch_lamp_on"]
    switch = parts["switch_lamp_on"]
    assert switch["p"] == "switch" and switch["~"] == "modcore/house" and switch["stat_t"] == "~/lamp/on"
    assert switch["uniq_id"] == "modcore_house_lamp_on"
    assert "dev" not in switch and found[DEVICE]["dev"]["ids"] == ["modcore_house"]
    assert house.settle(12) == {ON: None}

    # What is gone is named once more, as what it was, and then no more.
    house.lamp.properties["on"].withdraw()
    found = house.settle(40, every=True)
    assert [topic for topic, _ in found] == [DEVICE, DEVICE]
    assert found[0][1]["cmps"]["switch_lamp_on"] == {"p": "switch"}
    assert list(found[1][1]["cmps"]) == ["sensor_lamp_watts"]
    house.kernel.remove("lamp")
    assert house.settle(40) == {DEVICE: None}
    house.stop()


def test_what_does_not_leave_is_not_announced_and_what_may_not_come_in_can_not_be_set():
    house = House()
    house.settle()
    bridge = house.kernel.modules["mqtt"]
    bridge.config["import"] = ["pump/#"]
    house.kernel.modules["homeassistant"].announce_all()
    found = house.settle()
    assert found[ON] is None and "cmd_t" not in found[ON.replace("switch", "binary_sensor")]
    bridge.config["import"] = None
    bridge.exports = lambda topic: topic in ("lamp/on", "mark")
    house.kernel.modules["homeassistant"].announce_all()
    found = house.settle()
    assert found[ON]["cmd_t"] == "~/lamp/on/set" and found[WATTS] is None
    house.stop()


class Crowd(Module):
    """A module of many properties."""

    def start(self):
        for i in range(12):
            self.property("n%d" % i, "number", i, print, min=0, max=100, unit="L", icon="mdi:water")


class Slow:
    """A socket that takes some bytes of all that it is offered, and notes the most that it was."""

    def __init__(self, stream):
        self.stream, self.readinto = stream, stream.readinto
        self.most = self.turn = 0

    def write(self, data):
        self.most = max(self.most, len(data))
        self.turn += 1
        return self.stream.write(data[:200]) if self.turn & 1 else None


def test_the_message_of_a_module_with_many_properties_goes_out_in_pieces():
    CONFIG["device"] = True
    house = House()
    del CONFIG["device"]
    house.kernel.add(Crowd())
    house.settle(4)
    link = house.kernel.modules["mqtt"].link
    slow = link.stream = Slow(link.stream)
    device.time.now_ms += 6000
    for _ in range(150):  # others write meanwhile
        house.kernel.bus.publish("lamp/tick", 1)
        house.kernel.step()
    found = house.settle()
    parts = found["homeassistant/device/modcore_house/crowd/config"]["cmps"]
    assert len(parts) == 12 and parts["number_crowd_n7"]["max"] == 100
    assert link.stream is slow and slow.most < 1500, slow.most
    house.stop()


def test_a_device_message_gives_way_to_single_ones():
    house = House()
    house.settle()
    house.settle(22)
    # It is longer than what the device takes in, and is known by its topic.
    house.broker.send(message(DEVICE, b'{"cmps": {}}' + b" " * 3000, 0x31))
    found = {}
    for _ in range(20):
        found.update(house.settle(migrating=True))
    assert found == {DEVICE: {"migrate_discovery": True}}
    assert sorted(house.settle(6)) == [WATTS, ON]
    assert house.settle(12) == {DEVICE: None}
    house.stop()


class Plugins(Module):
    """Stands for the module of `packages`, and keeps what it is asked."""

    def start(self):
        self.asked = []

    def on_event(self, topic, value):
        self.asked.append((topic, value))


def test_each_plugin_is_an_update_with_its_progress():
    CONFIG["updates_h"] = 24
    house = House()
    del CONFIG["updates_h"]
    bus = house.kernel.bus
    shown = house.kernel.modules["homeassistant"].properties["updates"]
    bus.publish("plugins/list", {"mqtt": "1.0.0"}, True)
    found = house.settle()
    update = found["homeassistant/update/modcore_house/-24-update_mqtt/config"]
    assert update["cmd_t"] == "~/plugins/update/set" and update["pl_inst"] == "mqtt"
    assert update["stat_t"] == "~/homeassistant/updates" and update["ent_cat"] == "config"
    house.settle(1)
    # Home Assistant keeps what is not said, such as an update that was under way when the device restarted.
    idle = {"in_progress": False, "update_percentage": None}
    assert shown.value == {"mqtt": dict(idle, installed_version="1.0.0", latest_version="1.0.0")}
    house.kernel.add(Plugins())
    house.kernel.step()
    house.settle(61)
    assert house.kernel.modules["plugins"].asked == [("plugins/search", "")]
    bus.publish("plugins/found/mqtt", {"version": "1.1.0"})
    house.settle(2)
    assert shown.value["mqtt"]["latest_version"] == "1.1.0"
    bus.publish("plugins/status", "update mqtt", True)
    bus.publish("plugins/progress", 40, True)
    house.settle(2)
    assert shown.value["mqtt"]["in_progress"] and shown.value["mqtt"]["update_percentage"] == 40
    bus.publish("plugins/status", "mqtt 1.1.0 is on trial", True)
    bus.publish("plugins/list", {"mqtt": "1.1.0"}, True)
    house.settle(2)
    assert shown.value == {"mqtt": dict(idle, installed_version="1.1.0", latest_version="1.1.0")}
    bus.publish("plugins/list", {}, True)
    assert house.settle(40) == {"homeassistant/update/modcore_house/-24-update_mqtt/config": None}
    house.stop()


class Sysinfo(Module):
    """Stands for what the device knows of itself."""

    def start(self):
        self.property("uptime", "sensor", 1, unit="s", device_class="duration")
        self.property("board", "sensor", "x")


class Control(Module):
    """Stands for the buttons that act on the device."""

    def start(self):
        self.property("restart", "button", set=print)


def test_what_is_about_the_device_itself_has_its_category():
    house = House()
    house.kernel.add(Sysinfo())
    house.kernel.add(Control())
    found = house.settle()
    path = "homeassistant/%s/modcore_house/%s/config"
    uptime = found[path % ("sensor", "sysinfo_uptime")]
    assert uptime["ent_cat"] == "diagnostic" and uptime["en"] is False
    board = found[path % ("sensor", "sysinfo_board")]
    assert board["ent_cat"] == "diagnostic" and "en" not in board
    restart = found[path % ("button", "control_restart")]
    assert restart["ent_cat"] == "config" and restart["dev_cla"] == "restart"
    assert "ent_cat" not in found[ON]
    house.stop()
