"""The status codes of the three families, and what becomes of each on the way to a network."""

from airspace import Air

from plugins.wlan import Wlan
from plugins.wlan.status import meanings

# heap: 320K


class Esp32:
    STAT_GOT_IP = 1010


class Esp8266:
    STAT_GOT_IP = 5


class Rp2:
    STAT_GOT_IP = 3


class Other:
    pass


def test_the_same_number_means_another_thing_on_another_board():
    assert [meanings(board)(2) for board in (Esp32, Esp8266, Rp2)] == [
        "refused",
        "wrong password",
        "joined",
    ]
    assert [meanings(board)(3) for board in (Esp32, Esp8266, Rp2)] == ["refused", "absent", "up"]
    assert [meanings(board)(5) for board in (Esp32, Esp8266, Rp2)] == ["refused", "up", "refused"]
    assert [meanings(board)(0) for board in (Esp32, Esp8266, Rp2)] == ["idle"] * 3


def test_every_code_of_esp32_has_a_word():
    table = meanings(Esp32)
    assert [table(code) for code in (1000, 1001, 1010)] == ["idle", "connecting", "up"]
    for code in (15, 202, 204, 205, 210, 211):
        assert table(code) == "wrong password"
    assert table(201) == table(212) == "absent"
    assert table(200) == "lost"
    assert table(8) == "idle"
    for code in (1, 2, 4, 39, 53, 203, 206, 209):
        assert table(code) == "refused"


def test_every_code_of_rp2_and_esp8266_has_a_word():
    assert [meanings(Rp2)(code) for code in (-1, -2, -3)] == ["refused", "absent", "wrong password"]
    assert [meanings(Rp2)(code) for code in (0, 1, 2, 3)] == ["idle", "connecting", "joined", "up"]
    assert [meanings(Esp8266)(code) for code in (1, 4, 255)] == ["connecting", "refused", "idle"]


def test_an_unknown_board_is_waited_for():
    assert meanings(Other)(42) == "connecting"
    assert meanings(Esp32)(None) == "connecting"


def device(kind, **more):
    """A device of this kind that knows Home, whose password it has as "password"."""
    air = Air(kind)
    more["networks"] = ["Home"]
    air.start(Wlan(), config={"wlan": more}, secrets={"wlan": {"passwords": {"Home": "password"}}})
    air.note("wlan/state", "wlan/error")
    return air


KINDS = ("esp32", "esp8266", "rp2")


def test_every_kind_of_board_connects_and_notices_the_loss():
    for kind in KINDS:
        air = device(kind)
        air.wifi.add("Home", "password")
        air.wait("wlan/connected", True, 20000)
        air.wifi.down()
        air.wait("wlan/connected", False, 3000)
        air.wifi.up()
        air.wait("wlan/connected", True, 20000)
        air.close()


def test_a_wrong_password_is_named_on_every_kind_of_board():
    for kind in KINDS:
        air = device(kind)
        air.wifi.add("Home", "not that one")
        air.wait("wlan/state", "wrong password", 10000)
        assert air.get("wlan/error") == "Home: wrong password", kind
        air.wifi["Home"].password = "password"
        air.wait("wlan/connected", True, 60000)
        air.close()


def test_an_absent_network_is_named_on_every_kind_of_board():
    for kind in KINDS:
        air = device(kind)
        air.wait("wlan/state", "absent", 10000)
        assert air.get("wlan/error") == "Home: absent", kind
        air.close()


def test_a_refusal_is_named_with_its_code_on_every_kind_of_board():
    for kind in KINDS:
        air = device(kind)
        air.wifi.add("Home", "password").refuses = True
        air.wait("wlan/state", "refused", 10000)
        assert air.get("wlan/error").startswith("Home: refused (status "), kind
        air.wifi["Home"].refuses = False
        air.wait("wlan/connected", True, 60000)
        air.close()


def test_dhcp_that_never_answers_is_named_on_every_kind_of_board():
    for kind in KINDS:
        air = device(kind, timeout_s=10)
        home = air.wifi.add("Home", "password", dhcp=False)
        took = air.wait("wlan/state", "refused", 15000)
        assert took >= 10000
        assert air.get("wlan/error") == "Home: gives no address (DHCP)", kind
        home.dhcp = True
        air.wait("wlan/connected", True, 60000)
        air.close()


def test_a_hidden_network_is_joined_without_being_in_the_scan():
    for kind in KINDS:
        air = Air(kind)
        air.wifi.add("Secret", "password", hidden=True)
        air.start(
            Wlan(),
            config={"wlan": {"networks": ["Elsewhere", "Secret"]}},
            secrets={"wlan": {"passwords": {"Secret": "password"}}},
        )
        air.wait("wlan/ssid", "Secret", 10000)
        assert [entry["ssid"] for entry in air.get("wlan/networks")] == []
        air.close()
