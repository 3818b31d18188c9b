"""WebREPL: on with the module, off with it, never without a password."""

import json

from device import Device

from modcore import Refused
from plugins.webrepl import Webrepl
from support import new_folder, raises, remove


def device(secrets, **section):
    config = {"webrepl": dict({"allow": ["on", "password"]}, **section)}
    made = Device(lambda: [Webrepl()], config, secrets=secrets)
    made.ports = []
    made.world.wifi.on_webrepl = made.ports.append
    made.run(10)
    return made


SECRET = {"webrepl": {"password": "hunter22"}}


def test_it_starts_and_stops_with_the_module():
    d = device(SECRET)
    assert d.get("webrepl/on") is True and d.ports == [8266]
    d.kernel.move("webrepl", "STOPPED")
    assert d.ports == [8266, None]


def test_it_is_switched():
    d = device(SECRET, on=False, port=9000)
    assert d.get("webrepl/on") is False and d.ports == []
    d.send("webrepl/on/set", True)
    assert d.get("webrepl/on") is True and d.ports == [9000]
    d.send("webrepl/on/set", False)
    assert d.ports == [9000]  # the answer still goes out over it
    d.run(1000)
    assert d.get("webrepl/on") is False and d.ports == [9000, None]


def test_without_a_password_it_stays_off():
    for password in ("", "abc", "0123456789"):
        d = device({"webrepl": {"password": password}})
        assert d.get("webrepl/on") is False and d.ports == []
        assert d.kernel.modules["webrepl"].state == "RUNNING"
        error = raises(Refused, d.kernel.modules["webrepl"].properties["on"].command, True)
        assert "4 to 9" in str(error)


def test_without_allow_nobody_switches_it_or_sets_a_password_from_outside():
    d = device(SECRET, on=False, allow=[])
    d.send("webrepl/on/set", True)
    d.send("webrepl/password/set", "evil1234")
    d.run(1000)
    assert d.get("webrepl/on") is False and d.ports == []
    assert "password" not in d.kernel.modules["webrepl"].properties
    d.send("$webrepl/on", True)  # another module of the device
    assert d.get("webrepl/on") is True and d.ports == [8266]


def test_a_password_set_by_command_is_kept_and_nobody_else_sees_it():
    folder = new_folder()
    d = device({})
    d.kernel.path = folder + "/config.json"
    heard = []
    d.kernel.bus.subscribe("#", lambda topic, value: heard.append(str(value)))
    d.send("webrepl/password/set", "hunter22")
    d.run(1000)
    assert d.get("webrepl/on") is True and d.ports == [8266]
    with open(folder + "/secrets.json") as f:
        assert json.load(f) == {"webrepl": {"password": "hunter22"}}
    refused = raises(Refused, d.kernel.modules["webrepl"].do, "password", "hun")
    assert "4 to 9" in str(refused) and "hun" not in str(refused)
    d.send("webrepl/password/set", "")
    d.run(1000)
    assert d.get("webrepl/on") is False and d.ports == [8266, None]
    assert not [text for text in heard if "hunter" in text]
    remove(folder)


def test_a_network_that_is_not_ready_is_waited_for():
    d = Device(lambda: [Webrepl()], {}, secrets=SECRET)
    ports = []

    def busy(port):
        raise OSError(23)

    d.world.wifi.on_webrepl = busy
    d.run(5000)
    assert d.get("webrepl/on") is False
    d.world.wifi.on_webrepl = ports.append
    d.run(10000)
    assert d.get("webrepl/on") is True and ports == [8266]
