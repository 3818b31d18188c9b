"""Changed settings of the WLAN, tried until they lead to a network: undone in time, and after a restart as well."""

import json
import os

from airspace import Air

from modcore.json_files import load, save
from modcore.secrets import save_secrets
from plugins.wlan import Wlan

# heap: 320K

COMMANDS = ["scan", "restart", "add", "forget"]


def device(networks, passwords):
    """A device that knows these networks."""
    air = Air()
    air.start(
        Wlan(),
        config={"name": "garden", "wlan": {"networks": networks, "allow": COMMANDS}},
        secrets={"wlan": {"passwords": passwords}},
    )
    air.note("wlan/+")
    return air


def saved(air, name):
    """A saved file of the device."""
    with open(air.folder + "/" + name) as f:
        return json.load(f)


def test_changed_settings_that_lead_to_no_network_are_undone():
    air = device(["Home"], {"Home": "password"})
    air.wifi.add("Home", "password")
    air.wait("wlan/connected", True, 20000)
    kernel = air.kernel
    kernel.save()
    kernel.config["wlan"] = {"networks": ["Hoem"], "allow": COMMANDS}
    kernel.modules["wlan"].wait(0, None)  # the kernel takes back a timer of its own
    kernel.reconfigure("wlan")
    kernel.save()
    air.wait("wlan/connected", False, 20000)
    assert saved(air, "secrets.json.trial")["wlan"]["new"][0]["networks"] == ["Hoem"]
    air.wait("wlan/connected", True, 200000)
    assert air.get("wlan/ssid") == "Home" and saved(air, "config.json")["wlan"]["networks"] == ["Home"]
    assert "secrets.json.trial" not in os.listdir(air.folder)
    air.close()


def trying(ssid="Hoem", password=None):
    """A device that was joined to Home and tries other settings, which are saved."""
    air = device(["Home"], {"Home": "password"})
    air.wifi.add("Home", "password")
    air.wait("wlan/connected", True, 20000)
    kernel = air.kernel
    kernel.save()
    kernel.config["wlan"] = {"networks": [ssid], "allow": COMMANDS}
    kernel.secrets["wlan"] = {"passwords": {ssid: password} if password else {}}
    kernel.modules["wlan"].wait(0, None)  # the kernel takes back a timer of its own
    kernel.reconfigure("wlan")
    kernel.save()
    save_secrets(kernel)
    air.wait("wlan/connected", False, 20000)
    return air


def restarted(air):
    """The same device after its power was away."""
    air._timers.clear()  # the kernel of before is gone, and stops nothing
    air.kernel = None
    air.world.boot()
    air.start(Wlan(), config=load(air.folder + "/config.json"), secrets=load(air.folder + "/secrets.json"))
    air.note("wlan/+")


def test_settings_that_a_restart_interrupts_are_undone_for_good():
    for password in (None, "let-me-in"):
        air = trying("Hoem", password)
        restarted(air)
        air.wait("wlan/connected", True, 20000)
        assert air.get("wlan/ssid") == "Home"
        assert saved(air, "config.json")["wlan"]["networks"] == ["Home"]
        assert saved(air, "secrets.json")["wlan"]["passwords"] == {"Home": "password"}
        assert "secrets.json.trial" not in os.listdir(air.folder)
        restarted(air)  # and once more: nothing is left to undo
        air.wait("wlan/connected", True, 20000)
        assert air.get("wlan/ssid") == "Home" and air.values("wlan/undone") == []
        air.close()


def test_what_somebody_has_put_on_the_device_since_is_not_undone():
    air = trying()
    config = load(air.folder + "/config.json")
    config["wlan"]["networks"] = ["Cafe"]
    save(air.folder + "/config.json", config)
    save(air.folder + "/secrets.json", {"wlan": {"passwords": {"Cafe": "password"}}})
    air.wifi.add("Cafe", "password")
    restarted(air)
    air.wait("wlan/connected", True, 20000)
    assert air.get("wlan/ssid") == "Cafe" and saved(air, "config.json")["wlan"]["networks"] == ["Cafe"]
    assert "secrets.json.trial" not in os.listdir(air.folder)
    air.close()


def test_a_note_of_a_trial_that_nobody_can_read_keeps_no_device_from_its_network():
    home = {"networks": ["Home"], "allow": COMMANDS}
    for note in (
        "[]",
        "nonsense",
        '{"wlan": 5}',
        '{"wlan": {"old": [], "new": []}}',
        '{"wlan": {"old": [5, 5], "new": [5, 5]}}',
        '{"wlan": {"old": null}}',
        json.dumps({"wlan": {"old": [5, 5], "new": [home, None]}}),
        json.dumps({"wlan": {"old": [None, "x"], "new": [home, {"passwords": {"Home": "password"}}]}}),
    ):
        air = Air()
        air.wifi.add("Home", "password")
        save(air.folder + "/config.json", {"name": "garden", "wlan": home})
        save(air.folder + "/secrets.json", {"wlan": {"passwords": {"Home": "password"}}})
        with open(air.folder + "/secrets.json.trial", "w") as f:
            f.write(note)
        restarted(air)
        air.wait("wlan/connected", True, 20000)
        assert "secrets.json.trial" not in os.listdir(air.folder), note
        air.close()
