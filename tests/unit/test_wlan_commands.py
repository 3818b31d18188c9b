"""Networks added and forgotten, scans, restarts, and guests of the access point."""

import json
import os
import sys

from airspace import Air

from modcore import Kernel, Refused
from plugins.wlan import Wlan
from plugins.wlan.networks import wrong
from plugins.wlan.scan import candidates, listed
from support import raises

# heap: 320K


COMMANDS = ["scan", "restart", "add", "forget"]


def device(networks=(), passwords=None):
    """A device that knows these networks."""
    air = Air()
    air.start(
        Wlan(),
        config={"name": "garden", "wlan": {"networks": list(networks), "allow": COMMANDS}},
        secrets={"wlan": {"passwords": passwords or {}}, "mqtt": {"password": "kept"}},
    )
    air.note("wlan/+")
    return air


def command(air, id, value):
    """Give a command as a server does; Refused when it is not taken."""
    air.kernel.modules["wlan"].properties[id].command(value)
    air.step()


def saved(air, name):
    """A saved file of the device."""
    with open(air.folder + "/" + name) as f:
        return json.load(f)


def test_an_added_network_is_joined_and_saved_and_its_password_only_in_the_secrets():
    air = device()
    air.wifi.add("Home", "password")
    command(air, "add", {"ssid": "Home", "password": "password"})
    air.wait("wlan/connected", True, 2000)
    assert air.get("wlan/known") == ["Home"]
    assert saved(air, "config.json")["wlan"]["networks"] == ["Home"]
    assert "password" not in json.dumps(saved(air, "config.json"))
    assert saved(air, "secrets.json")["wlan"] == {"passwords": {"Home": "password"}}
    assert saved(air, "secrets.json")["mqtt"] == {"password": "kept"}
    air.close()


def test_the_command_comes_over_the_bus_too():
    air = device()
    air.publish("wlan/add/set", {"ssid": "Cafe", "hidden": True})
    assert saved(air, "config.json")["wlan"]["networks"] == [{"ssid": "Cafe", "hidden": True}]
    air.publish("wlan/forget/set", "Cafe")
    assert saved(air, "config.json")["wlan"]["networks"] == []
    air.close()


def test_the_password_is_never_seen_on_the_bus():
    air = device()
    seen = []
    air.kernel.bus.subscribe("#", lambda topic, value: seen.append(str(value)))
    air.kernel.bus.subscribe("$log/#", lambda topic, value: seen.append(str(value)))
    air.step()
    command(air, "add", {"ssid": "Home", "password": "geheim-42"})
    raises(Refused, command, air, "add", {"ssid": "", "password": "geheim-42"})
    raises(Refused, command, air, "add", {"ssid": "X", "password": "geheim-42" * 10})
    air.run(20000)
    assert not [text for text in seen if "geheim" in text]
    air.close()


def test_nothing_is_taken_from_outside_that_the_configuration_does_not_allow():
    air = Air()
    air.start(Wlan(), config={"wlan": {"allow": ["scan"]}})
    air.step()
    assert "scan" in air.kernel.modules["wlan"].properties
    for id in ("add", "forget", "restart"):
        assert id not in air.kernel.modules["wlan"].properties
    air.publish("wlan/add/set", {"ssid": "Evil", "password": "password"})
    assert air.get("wlan/known") == [] and not os.listdir(air.folder)
    air.publish("$wlan/add", {"ssid": "Home", "password": "password"})  # another module of the device
    assert air.get("wlan/known") == ["Home"]
    air.kernel.modules["wlan"].do("forget", "Home")
    assert air.get("wlan/known") == []
    air.close()


def test_a_word_in_the_list_of_what_is_allowed_that_is_no_command_is_named():
    air = Air()
    air.start(Wlan(), config={"wlan": {"allow": ["ad"]}})
    assert "'ad'; have scan, restart, add, forget" in air.get("$error/wlan")
    air.close()


def test_a_network_whose_password_can_not_be_read_is_not_taken_for_an_open_one():
    air = Air()
    evil = air.wifi.add("Home")  # somebody opens a network of that name
    air.wifi.add("Cafe", rssi=-80)
    kernel = air.start(config={"wlan": {"networks": ["Home", "Cafe"], "passwords": {"Cafe": ""}}})
    kernel.secrets_broken = True
    kernel.add(Wlan())
    air.wait("wlan/connected", True, 60000)
    assert air.get("wlan/ssid") == "Cafe" and air.wifi.joined is not evil
    assert "Home: the password is missing" in air.get("$error/wlan")
    air.close()
    air = device(["Home"], {"Home": None})  # half there
    air.wifi.add("Home")
    air.run(30000)
    assert air.get("wlan/connected") is False
    air.close()


def test_addresses_and_what_a_scan_found_are_properties():
    air = device(["Home"])
    air.wifi.add("Home")
    air.wait("wlan/connected", True, 5000)
    properties = air.kernel.modules["wlan"].properties
    command(air, "scan", True)
    assert properties["known"].value == ["Home"] and properties["networks"].value[0]["ssid"] == "Home"
    mac = properties["mac"].value.split(":")
    assert len(mac) == 6 and all([len(octet) == 2 for octet in mac])
    assert properties["gateway"].value == "192.168.1.1"
    air.close()


def test_a_password_that_changes_replaces_the_old_one():
    air = device(["Home"], {"Home": "old password"})
    air.wifi.add("Home", "new password")
    air.wait("wlan/state", "wrong password", 5000)
    command(air, "add", {"ssid": "Home", "password": "new password"})
    air.wait("wlan/connected", True, 2000)
    assert saved(air, "config.json")["wlan"]["networks"] == ["Home"]
    assert saved(air, "secrets.json")["wlan"]["passwords"] == {"Home": "new password"}
    air.close()


def test_what_can_be_no_network_is_refused_with_a_reason():
    air = device()
    for value in (
        None,
        7,
        "Home",
        {},
        {"password": "password"},
        {"ssid": ""},
        {"ssid": 7},
        {"ssid": "x" * 33},
        {"ssid": "Home\n2026-12-01 ERROR kernel: gone"[:32]},
        {"ssid": "Ho\x7fme"},
        {"ssid": "\u00e4" * 17},
        {"ssid": "Home", "password": "short"},
        {"ssid": "Home", "password": "x" * 65},
        {"ssid": "Home", "password": ["password"]},
        {"ssid": "Home", "password": False},
        {"ssid": "Home", "pass": "password"},
    ):
        assert "takes" in str(raises(Refused, command, air, "add", value)), value
    assert air.get("wlan/known") == []
    assert "config.json" not in os.listdir(air.folder)
    air.close()


def test_names_and_passwords_at_their_limits_are_taken():
    assert wrong("\u00e4" * 16, "") is None
    assert wrong("x", "12345678") is None
    assert wrong("x", "p" * 63) is None
    assert wrong("x", "0123456789abcdef" * 4) is None
    assert wrong("x", "p" * 64) is not None


def test_a_forgotten_network_is_left_and_its_password_gone():
    air = device(["Home", "Cafe"], {"Home": "password"})
    air.wifi.add("Home", "password")
    air.wifi.add("Cafe", "", rssi=-80)
    air.wait("wlan/ssid", "Home", 10000)
    command(air, "forget", "Home")
    air.wait("wlan/ssid", "Cafe", 5000)
    assert air.get("wlan/known") == ["Cafe"]
    assert saved(air, "secrets.json")["wlan"]["passwords"] == {}
    raises(Refused, command, air, "forget", "Home")
    air.close()


def test_power_lost_between_the_two_files_leaves_no_network_without_its_password():
    air = device()
    air.kernel.save = lambda: raises(OSError, open, "no/such/file")  # does nothing: the power is gone
    command(air, "add", {"ssid": "Home", "password": "password"})
    assert saved(air, "secrets.json")["wlan"]["passwords"] == {"Home": "password"}
    assert "config.json" not in os.listdir(air.folder)
    air.close()


def test_what_cannot_be_saved_works_until_the_restart():
    air = device()
    air.wifi.add("Home", "password")
    air.kernel.path = air.folder + "/no/such/config.json"
    refused = raises(Refused, command, air, "add", {"ssid": "Home", "password": "password"})
    assert "holds until the restart, but is not saved" in str(refused)
    air.wait("wlan/connected", True, 2000)
    air.close()


def test_a_list_in_the_secrets_alone_is_kept_there():
    air = Air()
    secrets = {"wlan": {"networks": [{"ssid": "Home", "password": "password"}]}}
    air.start(Wlan(), config={"wlan": {"allow": COMMANDS}}, secrets=secrets)
    command(air, "add", {"ssid": "Cafe"})
    assert air.get("wlan/known") == ["Home", "Cafe"]
    assert len(saved(air, "secrets.json")["wlan"]["networks"]) == 2
    command(air, "forget", "Home")
    assert air.get("wlan/known") == ["Cafe"]
    air.close()


def test_a_scan_lists_each_name_once_the_strongest_first():
    air = device(["Home"])
    air.wifi.add("Home", "password", rssi=-70)
    air.wifi.add("Home", "password", rssi=-50)
    air.wifi.add("Cafe", "", rssi=-40, channel=11)
    air.wifi.add("Secret", "password", hidden=True)
    air.run(30000)
    command(air, "scan", True)
    air.run(30000)
    assert air.get("wlan/networks") == [
        {"ssid": "Cafe", "rssi": -40, "channel": 11, "secure": False, "known": False},
        {"ssid": "Home", "rssi": -50, "channel": 6, "secure": True, "known": True},
    ]
    air.close()


def test_a_scan_waits_until_the_radio_has_done_with_joining():
    air = device(["Home"])
    command(air, "scan", True)
    assert "wifi.scan" not in air.asked
    air.run(3000)
    assert air.asked["wifi.scan"] == 1
    air.close()


def test_names_that_are_no_text_are_left_out():
    found = [
        (b"\xff\xfe", b"123456", 1, -40, 3, False),
        (b"\0\0\0", b"123456", 1, -40, 3, False),
        (b"", b"123456", 1, -40, 3, False),
    ]
    assert listed(found, []) == []
    assert candidates([{"ssid": "Home", "hidden": False}], found) == [
        ({"ssid": "Home", "hidden": False}, None)
    ]
    assert candidates([{"ssid": "Home", "hidden": False}], []) == []


def test_restart_leaves_and_joins_again():
    air = device(["Home"], {"Home": "password"})
    air.wifi.add("Home", "password")
    air.wait("wlan/connected", True, 2000)
    command(air, "restart", None)
    assert air.get("wlan/connected") is True  # the answer to the command still goes out
    air.wait("wlan/connected", False, 1000)
    air.wait("wlan/connected", True, 2000)
    assert len(air._timers) < 5
    air.close()


def test_while_guests_use_the_access_point_the_radio_stays_with_them_for_a_while():
    air = device(["Home"], {"Home": "password"})
    air.run(10000)
    air.publish("softap/clients", 1)
    before = air.asked["wifi.connect"]
    air.run(8 * 60000)
    assert air.asked["wifi.connect"] == before
    air.run(10 * 60000)
    assert air.asked["wifi.connect"] > before
    air.publish("softap/clients", 0)
    air.wifi.add("Home", "password")
    air.wait("wlan/connected", True)
    air.close()


def test_a_fixed_address_is_set_before_joining_and_taken_back_for_the_next_network():
    air = Air()
    air.wifi.add("Home", "", dhcp=False)
    fixed = ["10.0.0.7", "255.255.255.0", "10.0.0.1", "10.0.0.1"]
    air.start(Wlan(), config={"wlan": {"networks": [{"ssid": "Home", "ifconfig": fixed}, "Cafe"]}})
    air.wait("wlan/ip", "10.0.0.7", 3000)
    air.wifi.down("Home")
    air.wifi.add("Cafe", rssi=-80)
    air.wait("wlan/ssid", "Cafe", 60000)
    assert air.get("wlan/ip") == "192.168.1.50"
    air.close()


def test_without_a_radio_the_module_says_so_and_stays():
    air = Air()
    air.ask = lambda *words: raises(ImportError, __import__, "no_such") and None
    kept = sys.path[:]
    sys.path[:] = [path for path in sys.path if not path.endswith("common")]
    kernel = Kernel({})
    wlan = kernel.add(Wlan())
    for _ in range(4):
        kernel.step()
    assert wlan.state == "RUNNING"
    assert kernel.bus.get("wlan/state") == "no radio"
    assert kernel.bus.get("wlan/connected") is False
    sys.path[:] = kept
    air.kernel = kernel
    air.close()


def test_a_network_that_can_not_be_is_named_and_the_others_are_joined():
    for entry, why in (
        (7, "takes names or objects"),
        ({"name": "Home"}, "takes names or objects"),
        ("", "1 to 32 bytes"),
        ({"ssid": "Shed", "password": "short"}, "Shed: password takes 8"),
        ({"ssid": "Shed", "pasword": "long enough"}, "Shed: unknown key pasword"),
        ({"ssid": "Shed", "ifconfig": "192.168.1.5"}, "Shed: ifconfig takes"),
    ):
        air = device([entry, "Home"])
        air.wifi.add("Home")
        air.wait("wlan/connected", True, 60000)
        assert air.kernel.modules["wlan"].state == "RUNNING"
        assert why in air.get("$error/wlan") and air.get("wlan/ssid") == "Home"
        assert air.get("wlan/known") == ["Home"]
        air.close()


def test_an_error_in_the_list_goes_with_its_cause():
    air = device([7])
    assert air.get("$error/wlan") and air.get("wlan/state") == "unconfigured"
    air.kernel.reconfigure("wlan", {"networks": ["Home"]})
    assert air.get("$error/wlan") is None
    air.close()


def test_a_device_knows_so_many_networks_and_no_more():
    air = device(["net%d" % i for i in range(31)])
    command(air, "add", {"ssid": "net31"})
    assert "32 networks are known" in str(raises(Refused, command, air, "add", {"ssid": "Cafe"}))
    command(air, "add", {"ssid": "net31", "password": "let-me-in"})  # another password for one of them
    command(air, "forget", "net0")
    command(air, "add", {"ssid": "Cafe"})
    assert len(air.get("wlan/known")) == 32 and "Cafe" in air.get("wlan/known")
    air.close()
