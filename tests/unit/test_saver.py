"""Saving after a command: at once, then once a minute at most, and never forgotten."""

import json
import os

from device import Device

from modcore import Module
from modcore.property import Refused
from modcore.saver import save_soon
from support import new_folder, raises, remove


class Shed(Module):
    """Has a name that commands change, and a folder for its configuration."""

    def start(self):
        self.property("name", "text", value="", set=self.call)

    def call(self, property, value):
        self.kernel.config["called"] = property.value = value
        save_soon(self.kernel, property.topic)


def device_in(folder):
    d = Device(lambda: [Shed()], {"log": {"level": "critical"}})
    d.kernel.path = folder + "/config.json"
    d.run(10)
    return d


def saved(d):
    with open(d.kernel.path) as f:
        return json.load(f)["called"]


def test_the_first_change_is_saved_at_once_and_later_ones_at_the_end_of_the_minute():
    folder = new_folder()
    try:
        d = device_in(folder)
        d.send("shed/name/set", "a")
        assert saved(d) == "a"
        d.run(1000)
        for name in "bcd":
            d.send("shed/name/set", name)
            d.run(1000)
        assert saved(d) == "a"
        d.run(54000)
        assert saved(d) == "a"
        d.run(3000)
        assert saved(d) == "d"
        # After a quiet minute at once again.
        d.run(61000)
        d.send("shed/name/set", "e")
        assert saved(d) == "e"
    finally:
        remove(folder)


def test_what_waits_is_saved_when_the_kernel_ends():
    folder = new_folder()
    try:
        d = device_in(folder)
        d.send("shed/name/set", "a")
        d.send("shed/name/set", "b")
        assert saved(d) == "a"
        d.kernel.end()
        assert saved(d) == "b"
    finally:
        remove(folder)


def test_what_can_not_be_saved_holds_and_says_so():
    d = device_in("/nowhere/at/all")
    shed = d.kernel.modules["shed"]
    error = raises(Refused, shed.call, shed.properties["name"], "a")
    assert "shed/name: holds until the restart, but is not saved: " in str(error)
    assert d.get("shed/name") == "a"


def test_secrets_that_are_changed_all_the_time_wear_the_flash_no_more():
    from modcore.secrets import keep_secret

    folder = new_folder()
    try:
        d = device_in(folder)

        def kept():
            with open(folder + "/secrets.json") as f:
                return json.load(f)["shed"]["password"]

        writes = set()
        for number in range(100):
            keep_secret(d.kernel, "shed", "password", "word%d" % number)
            writes.add(kept())
            d.run(100)
        assert 2 <= len(writes) <= 6 and kept() != "word99"  # one, and another, are saved at once
        d.run(61000)
        assert kept() == "word99"
        assert "config.json" not in os.listdir(folder)
    finally:
        remove(folder)
