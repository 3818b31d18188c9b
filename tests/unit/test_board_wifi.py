"""network.WLAN on a virtual board, with the access points that a test puts around it."""

from host.board.offline import board
from support import raises

# isort: split
import network

wifi = board.world.wifi
station = network.WLAN(network.STA_IF)


def fresh(kind="esp32"):
    """No network around, both interfaces off."""
    wifi.networks = []
    board.world.kind = kind
    board.reboot()
    station.active(True)


def test_an_interface_is_one_object():
    assert network.WLAN(network.STA_IF) is station
    assert network.WLAN(network.AP_IF) is not station
    raises(ValueError, network.WLAN, 5)


def test_joining_takes_its_time():
    fresh()
    wifi.add("home", "secret12", rssi=-61)
    assert station.status() == network.STAT_IDLE == 1000
    station.connect("home", "secret12")
    assert station.status() == network.STAT_CONNECTING == 1001
    assert not station.isconnected()
    board.advance(1000)
    assert station.isconnected() and station.status() == network.STAT_GOT_IP == 1010
    assert station.status("rssi") == -61
    assert station.config("ssid") == station.config("essid") == "home"
    assert station.ifconfig()[0] == "192.168.1.50"
    assert station.ipconfig("addr4")[0] == "192.168.1.50" and station.ipconfig("has_dhcp4")
    station.disconnect()
    assert station.status() == network.STAT_IDLE and station.ifconfig()[0] == "0.0.0.0"


def test_joining_needs_an_active_interface():
    fresh()
    station.active(False)
    raises(OSError, station.connect, "home", "secret12")
    raises(OSError, station.scan)
    raises(OSError, network.WLAN(network.AP_IF).connect, "home")


def test_a_wrong_password_is_told():
    fresh()
    wifi.add("home", "secret12")
    station.connect("home", "wrong")
    board.advance(1000)
    assert station.status() == network.STAT_WRONG_PASSWORD == 202


def test_a_network_that_is_not_there_is_told_and_found_later():
    fresh()
    station.connect("away", "secret12")
    board.advance(1000)
    assert station.status() == network.STAT_NO_AP_FOUND == 201
    wifi.add("away", "secret12")
    board.advance(5000)
    assert station.isconnected()


def test_without_reconnects_it_is_left_at_one_try():
    fresh()
    station.config(reconnects=0)
    station.connect("away", "secret12")
    board.advance(1000)
    wifi.add("away", "secret12")
    board.advance(60000)
    assert station.status() == network.STAT_NO_AP_FOUND


def test_a_server_that_gives_no_address_leaves_it_connecting():
    fresh()
    wifi.add("home", "secret12", dhcp=False)
    station.connect("home", "secret12")
    board.advance(60000)
    assert station.status() == network.STAT_CONNECTING and not station.isconnected()
    station.ifconfig(("10.0.0.9", "255.0.0.0", "10.0.0.1", "10.0.0.1"))
    station.connect("home", "secret12")
    board.advance(1000)
    assert station.isconnected() and station.ifconfig()[0] == "10.0.0.9"


def test_a_lost_network_comes_back():
    fresh()
    wifi.add("home", "secret12")
    station.connect("home", "secret12")
    board.advance(1000)
    for _ in range(3):
        wifi.down("home")
        board.advance(1000)
        assert not station.isconnected() and not wifi.reachable()
        wifi.up("home")
        board.advance(5000)
        assert station.isconnected() and wifi.reachable()


def test_a_short_loss_is_not_noticed():
    fresh()
    wifi.add("home")
    station.connect("home")
    board.advance(1000)
    wifi.down("home")
    board.advance(50)
    wifi.up("home")
    board.advance(1000)
    assert station.isconnected()


def test_a_network_without_reconnects_is_lost_for_a_reason():
    fresh()
    station.config(reconnects=0)
    wifi.add("home", "secret12")
    station.connect("home", "secret12")
    board.advance(1000)
    wifi.down()
    board.advance(1000)
    assert station.status() == network.STAT_BEACON_TIMEOUT == 200


def test_the_strongest_of_one_name_is_joined():
    fresh()
    wifi.add("home", "secret12", rssi=-80)
    near = wifi.add("home", "secret12", rssi=-40)
    station.connect("home", "secret12")
    board.advance(1000)
    assert wifi.joined is near
    station.connect("home", "secret12", bssid=b"\x02\xc0\xde\x00\x00\x01")
    board.advance(1000)
    assert wifi.joined is not near


def test_a_scan_shows_what_is_in_reach():
    fresh()
    wifi.add("far", "", rssi=-88, channel=11)
    wifi.add("near", "secret12", rssi=-30)
    wifi.add("shy", "secret12", rssi=-50, hidden=True)
    wifi.add("off", "secret12").is_up = False
    assert [entry[0] for entry in station.scan()] == [b"near", b"", b"far"]
    assert station.scan()[2] == (b"far", b"\x02\xc0\xde\x00\x00\x01", 11, -88, 0, False)
    assert station.scan()[1][5]
    assert station.scan()[0][4] == network.AUTH_WPA2_PSK
    station.connect("shy", "secret12")
    board.advance(1000)
    assert station.isconnected()


def test_the_codes_of_other_boards():
    codes = {
        "esp8266": {"start": 1, "joined": 5, "wrong": 2, "away": 3},
        "rp2": {"start": 1, "joined": 3, "wrong": -3, "away": -2},
    }
    for kind in codes:
        fresh(kind)
        wifi.add("home", "secret12")
        expected = codes[kind]
        station.connect("home", "secret12")
        assert station.status() == expected["start"]
        board.advance(1000)
        assert station.status() == expected["joined"]
        station.connect("home", "wrong")
        board.advance(500)
        assert station.status() == expected["wrong"]
        station.connect("away", "secret12")
        board.advance(500)
        assert station.status() == expected["away"]
    fresh()


def test_an_access_point_of_its_own():
    fresh()
    ap = network.WLAN(network.AP_IF)
    assert ap.config("ssid") == "ESP_A1B2C3"
    ap.config(essid="setup", password="12345678", channel=3)
    ap.active(True)
    assert ap.config("essid") == "setup" and ap.config("channel") == 3
    assert ap.ifconfig()[0] == "192.168.4.1"
    assert not ap.isconnected()
    wifi.join("020304050607")
    assert ap.isconnected() and ap.status("stations") == [(b"\x02\x03\x04\x05\x06\x07",)]
    wifi.leave("020304050607")
    assert not ap.isconnected()
    raises(OSError, lambda: ap.config(password="short"))
    raises(ValueError, ap.config, "password")
    raises(ValueError, ap.config, "colour")
    ap.active(False)
    raises(OSError, wifi.join, "020304050607")


def test_addresses_of_the_interfaces_differ():
    fresh()
    assert station.config("mac") == b"\x24\x6f\x28\xa1\xb2\xc3"
    assert network.WLAN(network.AP_IF).config("mac") == b"\x24\x6f\x28\xa1\xb2\xc4"


def test_a_name_for_the_board():
    fresh()
    assert network.hostname() == "mpy-esp32"
    network.hostname("garden")
    assert network.hostname() == "garden" == station.config("hostname")
    raises(ValueError, network.hostname, "x" * 33)
    network.country("de")
    assert network.country() == "DE"


def test_a_program_without_radio_has_a_cable():
    fresh()
    board.reboot()
    assert wifi.reachable()
    wifi.add("home")
    wifi.down("home")
    assert not wifi.reachable()
    wifi.up("home")
    assert wifi.reachable()
