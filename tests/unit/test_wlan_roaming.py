"""While connected with a weak signal Wlan goes to a clearly better access point, and not to and fro."""

from airspace import Air

from plugins.wlan import Wlan

# heap: 320K


def device(air, **more):
    """Connected to Home at -80 dBm."""
    weak = air.wifi.add("Home", "password", rssi=-80)
    more["networks"] = ["Home", "Cafe"]
    secrets = {"wlan": {"passwords": {"Home": "password"}}}
    air.start(Wlan(), config={"wlan": more}, secrets=secrets)
    air.note("wlan/connected")
    air.wait("wlan/connected", True, 20000)
    assert air.wifi.joined is weak
    return weak


def scans(air):
    """Count how often it has looked around."""
    return air.asked.get("wifi.scan", 0)


def test_it_goes_to_an_access_point_of_the_same_name_that_is_clearly_stronger():
    air = Air()
    device(air)
    near = air.wifi.add("Home", "password", rssi=-50)
    air.until(lambda: air.wifi.joined is near and air.get("wlan/connected"), 120000)
    assert air.get("wlan/rssi") == -50
    air.close()


def test_it_goes_to_another_known_network():
    air = Air()
    device(air)
    air.wifi.add("Cafe", rssi=-45)
    air.wait("wlan/ssid", "Cafe", 120000)
    air.close()


def test_a_little_stronger_is_not_worth_the_way():
    air = Air()
    weak = device(air)
    air.wifi.add("Home", "password", rssi=-72)
    air.run(3600000)
    assert air.wifi.joined is weak and air.values("wlan/connected") == [True]
    air.close()


def test_two_that_take_turns_in_being_stronger_do_not_make_it_go_to_and_fro():
    air = Air()
    one = device(air)
    two = air.wifi.add("Home", "password", rssi=-80)
    for minute in range(60):
        one.rssi, two.rssi = (-84, -78) if minute % 2 else (-78, -84)
        air.run(60000)
    assert air.values("wlan/connected") == [True]
    air.close()


def test_looking_in_vain_it_looks_less_and_less_often():
    air = Air()
    device(air)
    air.run(10 * 60000)
    first = scans(air)
    air.run(3600000)
    assert 3 <= first <= 8 and scans(air) - first <= 5
    air.close()


def test_with_a_good_signal_it_never_looks():
    air = Air()
    weak = device(air, roam_below=-85)
    before = scans(air)
    air.wifi.add("Home", "password", rssi=-40)
    air.run(3600000)
    assert air.wifi.joined is weak and scans(air) == before
    air.close()


def test_it_can_be_switched_off():
    air = Air()
    weak = device(air, roam_db=0)
    air.wifi.add("Home", "password", rssi=-40)
    air.run(3600000)
    assert air.wifi.joined is weak
    air.close()


def test_the_order_of_the_list_counts_where_the_configuration_says_so():
    air = Air()
    air.wifi.add("Near", rssi=-40)
    air.wifi.add("First", rssi=-85)
    air.start(Wlan(), config={"wlan": {"networks": ["Gone", "First", "Near"], "order": "list"}})
    air.wait("wlan/connected", True, 20000)
    assert air.get("wlan/ssid") == "First"
    air.close()
