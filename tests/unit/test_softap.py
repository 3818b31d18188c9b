"""Softap opens when there is no network, closes when there is one, and keeps to the rules for its password."""

from airspace import Air

from modcore import Refused
from plugins.softap import Softap
from plugins.wlan import Wlan
from support import raises

# heap: 384K


def device(networks=(), secrets=None, kind="esp32", **more):
    """A device with wlan and softap that knows these networks, whose passwords are "password"."""
    air = Air(kind)
    more["portal"] = more.get("portal", False)
    more["allow"] = ["mode", "password"]
    known = {"passwords": {name: "password" for name in networks}}
    air.start(
        Wlan(),
        Softap(),
        config={"name": "garden", "wlan": {"networks": list(networks), "retry_max_s": 20}, "softap": more},
        secrets={"wlan": known, "softap": secrets} if secrets else {"wlan": known},
    )
    air.note("softap/on", "softap/clients")
    return air


def is_open(air):
    """Tell whether the radio serves an access point, and the topic says so."""
    assert air.wifi.ap.active == bool(air.get("softap/on"))
    return air.wifi.ap.active


def test_without_a_known_network_it_is_open_at_once():
    air = device()
    assert is_open(air)
    assert air.wifi.ap.parameters["ssid"] == "modcore-a1b2c3"
    assert air.get("softap/ssid") == "modcore-a1b2c3"
    assert air.wifi.ap.static[0] == "192.168.4.1"
    air.close()


def test_it_opens_when_no_known_network_was_found_for_a_while():
    air = device(["Home"], after_s=30)
    air.run(29000)
    assert not is_open(air)
    air.run(2000)
    assert is_open(air)
    air.close()


def test_it_stays_closed_where_the_network_is_there():
    air = Air()
    air.wifi.add("Home")
    air.start(Wlan(), Softap(), config={"wlan": {"networks": ["Home"]}})
    air.run(600000)
    assert air.get("wlan/connected") and not is_open(air)
    air.close()


def test_a_short_loss_of_the_network_opens_nothing():
    air = device(["Home"], after_s=30)
    air.wifi.add("Home", "password")
    air.wait("wlan/connected", True, 20000)
    for _ in range(20):
        air.wifi.down("Home")
        air.run(8000)
        air.wifi.up("Home")
        air.wait("wlan/connected", True, 30000)
    assert air.values("softap/on") == []
    air.close()


def test_it_closes_a_moment_after_the_network_is_back():
    air = device(["Home"], after_s=30, linger_s=10)
    air.run(60000)
    assert is_open(air)
    air.wifi.add("Home", "password")
    air.wait("wlan/connected", True, 60000)
    assert is_open(air)
    air.run(11000)
    assert not is_open(air)
    air.wifi.down("Home")
    air.run(40000)
    assert is_open(air)
    air.close()


def test_a_wrong_password_opens_it_without_waiting():
    air = device(["Home"], after_s=300)
    air.wifi.add("Home", "another one")
    air.wait("wlan/state", "wrong password", 10000)
    air.step()
    assert is_open(air)
    air.close()


def test_it_can_be_turned_off_and_on_and_that_is_kept():
    air = device()
    air.order("softap/mode/set", "off")
    assert not is_open(air)
    air.run(600000)
    assert not is_open(air)
    with open(air.folder + "/config.json") as f:
        assert '"mode": "off"' in f.read()
    air.order("softap/mode/set", "on")
    assert is_open(air)
    air.order("softap/mode/set", "auto")
    assert is_open(air)
    raises(Refused, air.kernel.modules["softap"].properties["mode"].command, "sometimes")
    air.close()


def test_with_mode_on_it_is_open_beside_the_network():
    air = device(["Home"], mode="on")
    air.wifi.add("Home", "password")
    air.wait("wlan/connected", True, 20000)
    air.run(60000)
    assert is_open(air)
    air.close()


def test_the_password_comes_from_the_secrets():
    for kind in ("esp32", "esp8266", "rp2"):
        air = device(secrets={"password": "geheim-42"}, kind=kind)
        assert air.wifi.ap.parameters["password"] == "geheim-42"
        assert air.wifi.ap.parameters["security"] == 3
        air.close()


def test_it_never_opens_without_the_password_that_it_should_have():
    for secrets, broken, why in (
        ({}, True, "can't be read"),
        ({"softap": {"password": None}}, False, "no password there"),
        ({"softap": {}}, False, "no password there"),
        ({"softap": {"passwrd": "geheim-42"}}, False, "no password there"),
        ({"softap": "geheim-42"}, False, "takes an object"),
        ({"softap": None}, False, "takes an object"),
        ({"softap": ["geheim-42"]}, False, "takes an object"),
        ({"config": {"password": None}}, False, "null in the place of its password"),
    ):
        air = Air()
        air.start()
        air.kernel.secrets = secrets
        air.kernel.config["softap"] = secrets.pop("config", {})
        air.kernel.secrets_broken = broken
        air.kernel.add(Wlan())
        air.kernel.add(Softap())
        air.run(300000)
        assert not air.wifi.ap.active, secrets
        assert why in (air.get("softap/error") or air.get("$error/softap")), secrets
        air.close()


def test_what_guards_it_knows_what_a_section_is():
    from plugins.softap.setup import lock

    air = device()
    softap = air.kernel.modules["softap"]
    for section in ("geheim-42", ["geheim-42"], 5, True, None, {}, {"password": None}):
        air.kernel.secrets["softap"] = section
        assert "no password there" in lock(softap), section
    air.kernel.secrets["softap"] = {"password": ""}
    assert lock(softap) is None
    air.close()


def test_secrets_that_can_not_be_read_do_not_close_one_whose_password_is_elsewhere():
    air = Air()
    air.start(config={"softap": {"portal": False, "password": "geheim-42"}})
    air.kernel.secrets_broken = True
    air.kernel.add(Softap())
    air.run(40000)
    assert is_open(air) and air.wifi.ap.parameters["password"] == "geheim-42"
    air.close()


def test_a_password_set_by_command_is_kept_and_holds_at_once():
    air = device()
    heard = []
    air.kernel.bus.subscribe("#", lambda topic, value: heard.append(str(value)))
    air.order("softap/password/set", "geheim-42")
    assert air.wifi.ap.parameters["password"] == "geheim-42" and is_open(air)
    with open(air.folder + "/secrets.json") as f:
        assert '"geheim-42"' in f.read()
    assert not [text for text in heard if "geheim" in text]
    property = air.kernel.modules["softap"].properties["password"]
    assert property.meta["secret"] and property.value is None
    refused = raises(Refused, property.command, "geheim-42" * 10)
    assert "text of 0 to 64 characters" in str(refused) and "geheim" not in str(refused)
    refused = raises(Refused, air.kernel.modules["softap"].do, "password", "geheim")
    assert "8 to 63" in str(refused) and "geheim" not in str(refused)
    air.close()


def test_a_password_taken_away_closes_it_for_good():
    air = device(secrets={"password": "geheim-42"})
    assert is_open(air)
    air.order("softap/password/set", "")
    air.run(300000)
    assert not is_open(air) and "no password" in air.get("softap/error")
    air.close()


def test_nothing_is_taken_from_outside_that_the_configuration_does_not_allow():
    air = Air()
    air.start(Wlan(), Softap(), config={"softap": {"portal": False}})
    air.order("softap/mode/set", "off")
    assert is_open(air) and "password" not in air.kernel.modules["softap"].properties
    air.order("$softap/mode", "off")  # another module of the device
    assert not is_open(air)
    air.close()


def test_the_answer_to_a_command_leaves_before_the_access_point_closes():
    air = device()
    air.publish("softap/mode/set", "off")
    assert is_open(air) and air.get("softap/mode") == "off"
    air.run(1000)
    assert not is_open(air)
    air.close()


def test_without_a_password_it_is_open_and_says_so():
    air = Air()
    said = []
    air.start(Wlan(), Softap(), config={"softap": {"portal": False, "mode": "off", "allow": ["mode"]}})
    air.kernel.bus.subscribe("$log/warning/softap", lambda topic, text: said.append(text))
    air.step()
    air.order("softap/mode/set", "on")
    assert air.wifi.ap.parameters["security"] == 0
    assert "open: whoever is near" in said[0]
    air.close()


def test_passwords_and_names_that_cannot_be_fail_the_module_and_say_why():
    for config, secrets in (
        ({}, {"password": "1234567"}),
        ({}, {"password": "x" * 64}),
        ({"ssid": ""}, {}),
        ({"ssid": "x" * 33}, {}),
        ({"mode": "sometimes"}, {}),
    ):
        air = device(secrets=secrets, **config)
        assert air.kernel.modules["softap"].state == "FAILED"
        assert "takes" in air.get("$error/softap")
        assert not air.wifi.ap.active
        air.close()


def test_the_name_may_hold_that_of_the_device():
    air = device(ssid="$name$ $id$")
    assert air.wifi.ap.parameters["ssid"] == "garden a1b2c3"
    air.close()


def test_guests_are_counted():
    air = device()
    air.wifi.join("020000000001")
    air.run(6000)
    air.wifi.join("020000000002")
    air.run(6000)
    air.wifi.leave("020000000001")
    air.wifi.leave("020000000002")
    air.run(6000)
    assert air.values("softap/clients") == [1, 2, 0]
    air.close()


def test_a_module_that_stops_closes_it():
    air = device()
    air.kernel.move("softap", "STOPPED")
    assert not air.wifi.ap.active
    air.kernel.move("softap", "RUNNING")
    air.step()
    assert is_open(air)
    air.close()


def test_a_radio_that_refuses_is_asked_again():
    air = device(mode="off")
    ask = air.ask

    def refuse(*words):
        if words[:3] == ("wifi.active", 1, True):
            raise OSError("Wifi Out Of Memory")
        return ask(*words)

    air.ask = refuse
    air.order("softap/mode/set", "on")
    assert not is_open(air)
    air.ask = ask
    air.run(31000)
    assert is_open(air)
    air.close()


def test_without_wlan_it_opens_after_a_while():
    air = Air()
    air.start(Softap(), config={"softap": {"portal": False}})
    air.run(31000)
    assert is_open(air)
    air.close()
