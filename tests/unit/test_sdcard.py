"""The card comes and goes with the module, with a command, and when somebody pulls it out."""

import os

from device import Device

from modcore import Module
from plugins.sdcard import Sdcard, module
from support import new_folder, remove


class System:
    """Stands in for `os` of a board: notes what is mounted."""

    def __init__(self):
        self.mounted = {}
        self.log = []

    def mount(self, card, path):
        if card.readblocks(0, bytearray(512)):
            raise OSError(5)
        self.mounted[path] = card
        self.log.append("mount " + path)

    def umount(self, path):
        if path not in self.mounted:
            raise OSError(22)
        del self.mounted[path]
        self.log.append("umount " + path)

    def statvfs(self, path):
        if path not in self.mounted:
            raise OSError(2)
        return (4096, 4096, 1024, 512, 512, 0, 0, 0, 0, 255)


class Recorder(Module):
    requires = ("sdcard",)

    def start(self):
        self.found = "/sd" in module.os.mounted

    def stop(self):
        module.os.log.append("recorder stops")


def device(inserted=True, **sdcard):
    module.os = System()
    made = Device(lambda: [Recorder(), Sdcard()], {"sdcard": sdcard})
    made.folder = new_folder()
    with open(made.folder + "/card", "wb") as f:
        f.write(bytes(4096))
    if inserted:
        insert(made)
    made.run(10)
    return made


def insert(d):
    d.world.card.insert(d.folder + "/card", 4096)


def done(d):
    remove(d.folder)
    module.os = os


def test_it_is_mounted_before_what_needs_it_starts_and_unmounted_behind_it():
    d = device()
    assert d.get("sdcard/mounted") is True and d.kernel.modules["recorder"].found
    assert d.get("sdcard/size") == 4 and d.get("sdcard/free") == 2
    d.kernel.stop()
    d.kernel.move("sdcard", "UNMOUNTED")
    assert module.os.log == ["mount /sd", "recorder stops", "umount /sd"]
    d.kernel.move("sdcard", "RUNNING")
    assert module.os.log[-1] == "mount /sd"
    done(d)


def test_a_card_that_is_pulled_out_is_noticed_and_the_next_one_taken():
    d = device(check_s=5)
    for _ in range(20):
        d.world.card.eject()
        d.run(5100)
        assert d.get("sdcard/mounted") is False and module.os.mounted == {} and d.get("sdcard/free") is None
        insert(d)
        d.run(5100)
        assert d.get("sdcard/mounted") is True and d.get("sdcard/free") == 2
    assert d.kernel.modules["sdcard"].state == "RUNNING"
    done(d)


def test_without_a_card_the_device_runs_and_says_so_once():
    d = device(inserted=False)
    d.config["log"]["level"] = "warning"
    d.kernel.log_levels = None
    lines = []
    d.kernel.bus.subscribe("$log/#", lambda topic, text: lines.append(text))
    d.run(60000)
    assert d.get("sdcard/mounted") is False and d.kernel.modules["recorder"].state == "RUNNING"
    assert len(lines) <= 1
    insert(d)
    d.run(5100)
    assert d.get("sdcard/mounted") is True
    done(d)


def test_it_is_taken_out_by_command():
    d = device(allow=["on"])
    d.send("sdcard/on/set", False)
    assert d.get("sdcard/mounted") is False and module.os.mounted == {}
    d.run(60000)
    assert d.get("sdcard/mounted") is False
    d.send("sdcard/on/set", True)
    assert d.get("sdcard/mounted") is True
    done(d)


def test_a_card_that_can_not_be_read_is_none():
    d = device(inserted=False)

    def mount(card, path):
        raise OSError(19)

    module.os.mount = mount
    insert(d)
    d.run(6000)
    assert d.get("sdcard/mounted") is False and d.kernel.modules["sdcard"].state == "RUNNING"
    done(d)


def test_wiring_that_can_not_be_is_said_and_the_device_runs():
    for wrong in ({"pins": {"foo": 3}}, {"pins": {"cs": 99}}, {"slot": 77}, {"spi": 1, "pins": {"sck": 5}}):
        d = device(**wrong)
        d.run(20000)
        assert d.kernel.modules["sdcard"].state == "RUNNING" and d.get("sdcard/mounted") is False, wrong
