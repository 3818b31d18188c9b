"""The real Home Assistant beside a device: `make test-homeassistant`. It takes a gigabyte, so it is not in CI.

Started with nothing but its MQTT integration, and asked through its API whether each entity is there, has its value
and obeys. HOMEASSISTANT names the folder of its virtual environment.
"""

import base64
import hashlib
import hmac
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from host import toolchain

ROOT = Path(__file__).resolve().parent.parent.parent
HOME_ASSISTANT = Path(os.environ["HOMEASSISTANT"])
PATIENCE_S = 180

VALUES = {
    "sensor.yard_yard_long": "y" * 255,
    "number.yard_yard_big": "5000000",
    "sensor.yard_yard_fixed": "5",
    "select.yard_yard_mode": "1",
    "switch.yard_yard_switch": "on",
    "valve.yard_yard_valve": "open",
    "light.yard_yard_light": "on",
    "light.yard_yard_dim": "on",
    "light.yard_yard_faint": "on",
    "number.yard_yard_number": "5.5",
    "text.yard_yard_text": "hello",
    "sensor.yard_yard_temp": "20.5",
    "sensor.yard_yard_bad": "20.5",
    "sensor.yard_yard_odd": "1",
    "binary_sensor.yard_yard_door": "on",
    "sensor.yard_yard_state": "dry",
    "switch.yard_yard_a_on": "on",
    "button.yard_yard_clear": "unknown",
    "cover.yard_yard_blind": "open",
    "cover.yard_yard_shade": "open",
    "fan.yard_yard_vent": "on",
    "climate.yard_yard_heater": "heat",
    "light.yard_yard_lamp": "on",
    "light.yard_yard_ghost": "on",
    "light.yard_yard_steps": "on",
    "lock.yard_yard_gate": "locked",
    "alarm_control_panel.yard_yard_siren": "disarmed",
    "event.yard_yard_bell": "unknown",
    "text.yard_yard_at": "06:30",
    "text.yard_yard_day": "2026-11-30",
    "button.yard_yard_ring": "unknown",
    "sensor.yard_yard_fog": "unknown",
    "sensor.yard_yard_since": "2026-11-30T10:00:00+00:00",
    "text.yard_yard_code": "1234",
    "climate.yard_yard_oven": "heat",
}
# (service, entity, further data, the state that follows)
COMMANDS = [
    ("switch/turn_off", "switch.yard_yard_switch", {}, "off"),
    ("valve/close_valve", "valve.yard_yard_valve", {}, "closed"),
    ("light/turn_off", "light.yard_yard_light", {}, "off"),
    ("light/turn_off", "light.yard_yard_dim", {}, "off"),
    ("light/turn_off", "light.yard_yard_faint", {}, "off"),
    ("number/set_value", "number.yard_yard_number", {"value": 7.5}, "7.5"),
    ("select/select_option", "select.yard_yard_mode", {"option": "2"}, "2"),
    ("text/set_value", "text.yard_yard_text", {"value": "true"}, "true"),
    ("cover/close_cover", "cover.yard_yard_blind", {}, "closed"),
    ("cover/set_cover_position", "cover.yard_yard_shade", {"position": 0}, "closed"),
    ("fan/turn_off", "fan.yard_yard_vent", {}, "off"),
    ("fan/set_percentage", "fan.yard_yard_vent", {"percentage": 70}, "off"),
    ("climate/set_hvac_mode", "climate.yard_yard_heater", {"hvac_mode": "cool"}, "cool"),
    ("climate/set_temperature", "climate.yard_yard_heater", {"temperature": 22}, "cool"),
    ("light/turn_on", "light.yard_yard_lamp", {"rgb_color": [0, 0, 255]}, "on"),
    ("light/turn_off", "light.yard_yard_lamp", {}, "off"),
    ("light/turn_off", "light.yard_yard_ghost", {}, "off"),
    ("light/turn_off", "light.yard_yard_steps", {}, "off"),
    ("light/turn_on", "light.yard_yard_steps", {"brightness": 77}, "on"),
    ("lock/unlock", "lock.yard_yard_gate", {}, "unlocked"),
    ("alarm_control_panel/alarm_arm_home", "alarm_control_panel.yard_yard_siren", {}, "armed_home"),
    ("text/set_value", "text.yard_yard_at", {"value": "07:15"}, "07:15"),
]
NOT_KNOWN = {
    "fan.yard_yard_vent": "unknown",
    "light.yard_yard_lamp": "unknown",
    "lock.yard_yard_gate": "unknown",
    "switch.yard_yard_switch": "unknown",
    "light.yard_yard_light": "unknown",
    "light.yard_yard_dim": "unknown",
    "number.yard_yard_number": "unknown",
    "select.yard_yard_mode": "unknown",
    "sensor.yard_yard_temp": "unknown",
    "binary_sensor.yard_yard_door": "unknown",
    "text.yard_yard_code": "unavailable",
    "valve.yard_yard_valve": "unavailable",  # it has no word for a state that is not known
}


class HomeAssistant:
    """It, with an owner and his token, and MQTT set up as its own dialog does; more: further lines of its settings."""

    def __init__(self, folder, port, broker, more=()):
        self._url = "http://127.0.0.1:{}/api/".format(port)
        self._folder = folder
        (folder / ".storage").mkdir(parents=True)
        self._write_settings(port, broker, more)

    def _write_settings(self, port, broker, more):
        lines = ["http:", "  server_host: 127.0.0.1", "  server_port: {}".format(port), "api:", *more]
        (self._folder / "configuration.yaml").write_text("\n".join(lines) + "\n")
        user, token, key = "a" * 32, "b" * 32, "k" * 128
        moment = "2026-01-01T00:00:00+00:00"
        owner = {
            "id": user,
            "group_ids": ["system-admin"],
            "is_owner": True,
            "is_active": True,
            "name": "owner",
        }
        owner.update(system_generated=False, local_only=False)
        refresh = {
            "id": token,
            "user_id": user,
            "client_id": None,
            "client_name": "test",
            "client_icon": None,
        }
        refresh.update(token_type="long_lived_access_token", created_at=moment, access_token_expiration=3e8)
        refresh.update(token="t" * 128, jwt_key=key, last_used_at=None, last_used_ip=None, credential_id=None)
        refresh.update(version="2024.3.3")
        groups = [{"id": "system-" + name, "name": name} for name in ("admin", "users", "read-only")]
        self._store(
            "auth", 1, {"users": [owner], "groups": groups, "credentials": [], "refresh_tokens": [refresh]}
        )
        self._store("onboarding", 4, {"done": ["user", "core_config", "integration", "analytics"]})
        entry = {"entry_id": "mqtt", "version": 1, "minor_version": 1, "domain": "mqtt", "title": "broker"}
        entry.update(
            data={"broker": "127.0.0.1", "port": broker, "discovery": True}, options={}, source="user"
        )
        entry.update(
            pref_disable_new_entities=False, pref_disable_polling=False, unique_id=None, disabled_by=None
        )
        self._store("core.config_entries", 1, {"entries": [entry]})
        parts = [
            {"alg": "HS256", "typ": "JWT"},
            {"iss": token, "iat": int(time.time()) - 1000, "exp": 4000000000},
        ]
        text = ".".join(_base64(json.dumps(part).encode()) for part in parts)
        self.token = text + "." + _base64(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest())

    def _store(self, key, version, data):
        whole = {"version": version, "minor_version": 1, "key": key, "data": data}
        (self._folder / ".storage" / key).write_text(json.dumps(whole))

    def ask(self, path, data=None):
        """Return what the API answers."""
        request = urllib.request.Request(self._url + path)
        request.add_header("Authorization", "Bearer " + self.token)
        request.add_header("Content-Type", "application/json")
        if data is not None:
            request.data = json.dumps(data).encode()
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def states(self):
        """Return {entity: state}; nothing as long as it does not answer."""
        try:
            return {entry["entity_id"]: entry["state"] for entry in self.ask("states")}
        except (OSError, urllib.error.URLError):
            return {}

    def wait(self, wanted):
        """Wait until the entities have these states."""
        end = time.monotonic() + PATIENCE_S
        while True:
            states = self.states()
            wrong = {name: states.get(name) for name in wanted if states.get(name) != wanted[name]}
            if not wrong:
                return
            assert time.monotonic() < end, wrong
            time.sleep(0.5)


def _base64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class World:
    """Home Assistant, a broker and a device, which `boot` starts; all are ended with it."""

    def __init__(self, folder):
        port, self._broker = _free_port(), _free_port()
        (folder / "mosquitto.conf").write_text(
            "listener {} 127.0.0.1\nallow_anonymous true\n".format(self._broker)
        )
        self.assistant = HomeAssistant(folder / "config", port, self._broker)
        self._folder = folder
        self._device = None
        self._started = []

    def __enter__(self):
        self._run(toolchain.tool("mosquitto"), "-c", self._folder / "mosquitto.conf")
        hass = HOME_ASSISTANT / "bin" / "hass"
        self._run(hass, "-c", self._folder / "config", "--skip-pip")
        return self

    def __exit__(self, *error):
        for process in self._started:
            process.kill()
            process.wait()
        print(self.log[-4000:])

    @property
    def log(self):
        """All that Home Assistant, the broker and the device have printed."""
        return (self._folder / "log").read_text()

    def boot(self, **settings):
        """Start the device, again when it runs; settings: its section `homeassistant`."""
        if self._device:
            self._device.kill()
            self._device.wait()
        tool = toolchain.tool("micropython32")
        words = ("-X", "heapsize=512K", Path(__file__).parent / "yard.py", self._broker, json.dumps(settings))
        self._device = self._run(tool, *words)

    def retained(self, filter):
        """The topics of all that the broker keeps."""
        found = []
        client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        client.on_message = lambda client, data, message: found.append(message.topic)
        client.connect("127.0.0.1", self._broker)
        client.loop_start()
        client.subscribe(filter)
        time.sleep(1)
        client.loop_stop()
        return found

    def _run(self, *words):
        environment = dict(os.environ, MICROPYPATH=":".join(["", ".frozen", str(ROOT)]))
        with open(str(self._folder / "log"), "ab") as log:
            words = [str(word) for word in words]
            process = subprocess.Popen(words, stdout=log, stderr=log, env=environment, cwd=str(self._folder))
        self._started.append(process)
        return process


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    """Home Assistant beside a device."""
    with World(tmp_path_factory.mktemp("homeassistant")) as world:
        world.boot()
        yield world.assistant


def test_every_property_is_an_entity_with_its_value(assistant):
    assistant.wait(VALUES)
    mine = [name for name in assistant.states() if ".yard_yard_" in name]
    assert sorted(mine) == sorted(VALUES)


def test_every_entity_obeys(assistant):
    assistant.wait(VALUES)
    for service, entity, data, state in COMMANDS:
        assistant.ask("services/" + service, dict(data, entity_id=entity))
        assistant.wait({entity: state})
    assistant.ask("services/light/turn_on", {"entity_id": "light.yard_yard_faint", "brightness": 102})
    assistant.wait({"light.yard_yard_faint": "on"})


def test_parts_of_an_appliance_are_its_attributes(assistant):
    for entity, name, value in (
        ("light.yard_yard_lamp", "rgb_color", [0, 0, 255]),
        ("fan.yard_yard_vent", "percentage", 70),
        ("climate.yard_yard_heater", "temperature", 22),
        ("climate.yard_yard_heater", "current_temperature", 19.5),
        ("cover.yard_yard_shade", "current_position", 0),
        ("light.yard_yard_steps", "brightness", 76),
    ):
        if name == "rgb_color":
            assistant.ask("services/light/turn_on", {"entity_id": entity, "rgb_color": value})
            assistant.wait({entity: "on"})
        if entity.startswith("fan"):
            assistant.ask("services/fan/turn_on", {"entity_id": entity, "percentage": value})
            assistant.wait({entity: "on"})
        assert assistant.ask("states/" + entity)["attributes"][name] == value, (entity, name)
    assistant.ask("services/button/press", {"entity_id": "button.yard_yard_ring"})
    end = time.monotonic() + PATIENCE_S
    while assistant.ask("states/event.yard_yard_bell")["attributes"].get("event_type") != "long":
        assert time.monotonic() < end
        time.sleep(0.5)


def test_what_is_not_known_is_unknown(assistant):
    assistant.ask("services/button/press", {"entity_id": "button.yard_yard_clear"})
    assistant.wait(NOT_KNOWN)
