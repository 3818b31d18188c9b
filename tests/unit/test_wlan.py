"""Wlan joins the strongest known network, and joins again: against the virtual radio, on a virtual clock."""

import gc

from airspace import Air

from plugins.wlan import Wlan
from support import MICROPYTHON

# heap: 320K


def device(air, networks, passwords=None, **more):
    """Start Wlan with these networks in its configuration."""
    more["networks"] = networks
    air.start(
        Wlan(), config={"name": "Garden 1", "wlan": more}, secrets={"wlan": {"passwords": passwords or {}}}
    )
    air.note("wlan/+")


def used():
    """Bytes of heap in use; 0 on CPython, which can't tell."""
    gc.collect()
    return gc.mem_alloc() if MICROPYTHON else 0


def test_joins_the_one_known_network_without_a_scan():
    air = Air()
    air.wifi.add("Home", "password", rssi=-55)
    device(air, ["Home"], {"Home": "password"})
    assert air.get("wlan/connected") is False
    air.wait("wlan/connected", True, 2000)
    assert air.get("wlan/ssid") == "Home"
    assert air.get("wlan/ip") == "192.168.1.50"
    assert air.get("wlan/rssi") == -55
    assert air.get("wlan/state") == "connected"
    assert air.get("wlan/error") is None
    assert "wifi.scan" not in air.asked
    air.close()


def test_the_strongest_network_in_reach_goes_first():
    air = Air()
    air.wifi.add("Far", "password", rssi=-85)
    air.wifi.add("Near", "password", rssi=-45)
    air.wifi.add("Alien", "", rssi=-30)
    device(air, ["Far", "Gone", "Near"], {"Far": "password", "Near": "password"})
    air.wait("wlan/connected", True, 2000)
    assert air.get("wlan/ssid") == "Near"
    air.close()


def test_among_several_access_points_of_one_name_the_strongest_is_joined():
    air = Air()
    air.wifi.add("Home", "password", rssi=-80)
    near = air.wifi.add("Home", "password", rssi=-50)
    device(air, ["Home", "Other"], {"Home": "password"})
    air.wait("wlan/connected", True, 2000)
    assert air.wifi.joined is near
    air.close()


def test_when_the_strongest_refuses_the_next_one_is_tried():
    air = Air()
    air.wifi.add("Near", "another-one", rssi=-45)
    air.wifi.add("Far", "password", rssi=-85)
    device(air, ["Near", "Far"], {"Near": "password", "Far": "password"})
    air.wait("wlan/connected", True, 5000)
    assert air.get("wlan/ssid") == "Far"
    assert "Near: wrong password" in air.values("wlan/error")
    air.close()


def test_an_open_network_needs_no_password():
    air = Air()
    air.wifi.add("Cafe")
    device(air, ["Cafe"])
    air.wait("wlan/connected", True, 2000)
    air.close()


def test_a_lost_network_is_taken_up_again_a_hundred_times_and_takes_no_memory():
    air = Air()
    air.wifi.add("Home", "password")
    device(air, ["Home"], {"Home": "password"})
    air.wait("wlan/connected", True, 2000)
    changes = []
    for round in range(100):
        if round == 10:
            before = used()
        air.seen.clear()
        air.wifi.down("Home")
        air.wait("wlan/connected", False, 3000)
        assert air.get("wlan/ip") is None
        air.run(round * 37)
        air.wifi.up("Home")
        air.wait("wlan/connected", True, 20000)
        changes += air.values("wlan/connected")
    assert changes == [False, True] * 100
    assert len(air._timers) < 5
    del changes
    assert used() - before < 2000
    air.close()


def test_gone_for_hours_it_is_looked_for_less_and_less_often_and_found_again():
    air = Air()
    air.wifi.add("Home", "password")
    device(air, ["Home"], {"Home": "password"}, retry_max_s=300)
    air.wait("wlan/connected", True, 2000)
    air.wifi.down("Home")
    air.run(3600000)
    first = air.asked.get("wifi.connect", 0)
    assert 12 <= first <= 32
    air.wait("wlan/state", "absent", 60000)  # it may be looking just now
    assert air.get("wlan/error") == "Home: absent"
    air.run(8 * 3600000)
    assert 8 * 8 <= air.asked.get("wifi.connect", 0) - first <= 8 * 13
    air.wifi.up("Home")
    assert air.wait("wlan/connected", True, 460000) > 0
    air.close()


def test_the_radio_is_switched_off_and_on_when_nothing_helps():
    air = Air()
    device(air, ["Home"], {"Home": "password"}, retry_s=1, retry_max_s=1)
    air.run(1000)
    before = air.asked.get("wifi.active", 0)
    air.run(60000)
    assert air.asked.get("wifi.active", 0) - before >= 4
    air.close()


def test_with_no_known_network_it_waits_for_one():
    air = Air()
    device(air, [])
    air.run(60000)
    assert air.get("wlan/state") == "unconfigured"
    assert air.get("wlan/error") == "no network is known"
    assert "wifi.connect" not in air.asked
    air.close()


def test_a_connection_that_is_there_at_the_start_is_taken_up():
    air = Air()
    air.wifi.add("Home", "password")
    device(air, ["Home"], {"Home": "password"})
    air.wait("wlan/connected", True, 2000)
    air.asked.clear()
    air.kernel.reconfigure("wlan")
    air.step()
    assert air.get("wlan/connected") is True
    assert air.get("wlan/ssid") == "Home"
    assert "wifi.connect" not in air.asked
    air.close()


def test_host_name_comes_from_the_name_of_the_device():
    air = Air()
    device(air, [])
    assert air.wifi._hostname == "garden-1"
    assert air.kernel.modules["wlan"].hostname == "garden-1"
    air.close()


def test_a_new_signal_strength_is_shown_when_it_differs():
    air = Air()
    home = air.wifi.add("Home", "password", rssi=-60)
    device(air, ["Home"], {"Home": "password"}, rssi_s=10)
    air.wait("wlan/connected", True, 2000)
    home.rssi = -61
    air.run(30000)
    home.rssi = -75
    air.run(30000)
    assert air.values("wlan/rssi") == [-60, -75]
    air.close()


def test_nothing_is_done_while_the_link_is_up_but_to_look_at_it():
    air = Air()
    air.wifi.add("Home", "password")
    device(air, ["Home"], {"Home": "password"}, check_s=1, rssi_s=30)
    air.wait("wlan/connected", True, 2000)
    air.asked.clear()
    air.run(60000)
    assert air.asked.get("wifi.isconnected", 0) == 60
    assert sum(air.asked.values()) <= 70
    air.close()
