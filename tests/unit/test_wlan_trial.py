"""Changed networks are a trial: the device goes back to those with which it had one, after a while or a restart."""

import os

from airspace import Air
from flash import Disk, PowerCut

from modcore.json_files import load, save
from modcore.secrets import save_secrets
from plugins.wlan import Wlan

# heap: 320K
# timeout: 120

GOOD = {"passwords": {"Home": "password"}}


def a_disk():
    """A disk with the files of a device that knows the network Home."""
    disk = Disk(96)

    def write():
        save(disk.root + "/config.json", {"name": "garden", "wlan": {"networks": ["Home"]}})
        save(disk.root + "/secrets.json", {"wlan": GOOD})

    disk.run(write)
    disk.keep()
    return disk


def boot(disk):
    """The world around a device that boots from the disk; Home is in reach, and so is Cafe."""
    air = Air()
    air.wifi.add("Home", "password")
    air.wifi.add("Cafe", "espresso")
    air.files, air.folder = air.folder, disk.root
    air.start(Wlan(), config=load(disk.root + "/config.json"), secrets=load(disk.root + "/secrets.json"))
    air.note("wlan/+")
    return air


def leave(air):
    """End it; the disk stays."""
    air.folder = air.files
    air.close()


def try_other(air, ssid, password):
    """Change the network and save that, as the pages of administration do."""
    kernel = air.kernel
    for timer in air._timers:  # the kernel would end its own when the module stops
        timer.cancel()
    kernel.secrets["wlan"] = {"passwords": {ssid: password}}
    kernel.reconfigure("wlan", {"networks": [ssid]})
    save_secrets(kernel)
    kernel.save()


def networks(disk):
    """The networks and passwords in the files of the device."""
    files = [load(disk.root + name)["wlan"] for name in ("/config.json", "/secrets.json")]
    return files[0]["networks"], files[1]["passwords"]


def test_a_device_that_loses_its_power_while_it_tries_another_network_comes_up_with_its_own():
    disk = a_disk()

    def change():
        air = boot(disk)
        try:
            air.wait("wlan/connected", True)
            try_other(air, "Hoem", "password")
            air.run(5000)
            assert air.get("wlan/connected") is False
        except PowerCut:
            pass
        air.kernel.modules.clear()  # it has no power: nothing stops in order
        leave(air)

    def come_up():
        air = boot(disk)
        air.wait("wlan/ssid", "Home")
        assert networks(disk) == (["Home"], {"Home": "password"}), cut
        assert "secrets.json.trial" not in os.listdir(disk.root), cut
        leave(air)

    cut = None
    writes = disk.run(change)
    for cut in range(writes + 1):
        disk.restore()
        disk.run(change, cut)
        disk.run(come_up)
    disk.close()


def test_a_network_that_was_joined_or_put_there_by_cable_stays_after_a_restart():
    disk = a_disk()

    def change(ssid, password):
        air = boot(disk)
        air.wait("wlan/connected", True)
        try_other(air, ssid, password)
        air.run(5000)
        air.kernel.modules.clear()
        leave(air)

    def come_up(ssid):
        air = boot(disk)
        air.wait("wlan/ssid", ssid)
        assert networks(disk)[0] == [ssid]
        assert "secrets.json.trial" not in os.listdir(disk.root)
        leave(air)

    def by_cable():
        save(disk.root + "/config.json", {"name": "garden", "wlan": {"networks": ["Cafe"]}})
        save(disk.root + "/secrets.json", {"wlan": {"passwords": {"Cafe": "espresso"}}})

    disk.run(lambda: change("Cafe", "espresso"))
    disk.run(lambda: come_up("Cafe"))
    disk.restore()
    disk.run(lambda: change("Hoem", "password"))
    disk.run(by_cable)
    disk.run(lambda: come_up("Cafe"))
    disk.close()


def test_a_network_that_is_not_joined_in_two_minutes_is_given_up_for_the_one_before():
    disk = a_disk()

    def change():
        air = boot(disk)
        air.wait("wlan/connected", True)
        try_other(air, "Cafe", "guess")
        air.run(119000)
        assert air.get("wlan/connected") is False and networks(disk)[0] == ["Cafe"]
        air.wait("wlan/ssid", "Home", 10000)
        assert networks(disk) == (["Home"], {"Home": "password"})
        assert air.values("wlan/undone") == ["no network for 120 s"]
        assert "secrets.json.trial" not in os.listdir(disk.root)
        leave(air)

    disk.run(change)
    disk.close()
