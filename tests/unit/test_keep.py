"""Kept values: there again after a restart, written seldom and never half."""

import json

from modcore import Kernel, Module
from modcore.testing import wind
from support import new_folder, remove

QUIET = {"log": {"level": "critical"}}


class Lamp(Module):
    keep = True

    def start(self):
        self.commands = []
        self.level = self.property("level", "number", value=1, max=10, set=self.turn, keep=self.keep)

    def turn(self, property, value):
        self.commands.append(value)
        property.value = value


class Device:
    def __init__(self):
        self.folder = new_folder()

    def boot(self, module=Lamp):
        self.kernel = Kernel(QUIET)
        self.kernel.path = self.folder + "/config.json"
        self.lamp = self.kernel.add(module())
        for _ in range(3):
            self.kernel.step()
        return self.lamp

    def pass_s(self, seconds):
        for _ in range(seconds):
            wind(1000)
            self.kernel.step()

    def file(self):
        try:
            with open(self.folder + "/kept.json") as f:
                return json.load(f)
        except OSError:
            return None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        remove(self.folder)


def test_a_value_is_there_again_after_a_restart():
    with Device() as device:
        device.boot().level.value = 7
        device.kernel.stop()
        lamp = device.boot()
        assert lamp.level.value == 7 and lamp.commands == []
        assert device.kernel.bus.get("lamp/level") == 7


def test_the_command_is_repeated_where_the_author_wants_it():
    class Commanded(Lamp):
        keep = "command"

    with Device() as device:
        device.boot().level.value = 7
        device.kernel.stop()
        lamp = device.boot(lambda: Commanded("lamp"))
        assert lamp.level.value == 7 and lamp.commands == [7]


def test_changes_are_written_soon_and_then_at_most_every_five_minutes():
    with Device() as device:
        lamp = device.boot()
        lamp.level.value = 2
        assert device.file() is None
        device.pass_s(3)
        assert device.file() == {"lamp/level": 2}
        writes = 0
        before = device.file()
        for i in range(600):  # a change a second
            lamp.level.value = i % 10
            device.pass_s(1)
            writes += device.file() != before
            before = device.file()
        assert 1 <= writes <= 2, writes
        device.pass_s(300)
        assert device.file() == {"lamp/level": 9}


def test_a_power_cut_leaves_the_old_or_the_new_value():
    with Device() as device:
        device.boot().level.value = 4
        device.pass_s(3)
        device.lamp.level.value = 5  # not written when the power goes
        assert device.boot().level.value == 4
        with open(device.folder + "/kept.json.tmp", "w") as f:
            f.write('{"lamp/lev')  # cut while it was written
        assert device.boot().level.value == 4


def test_a_kept_value_that_is_not_taken_any_more_gives_way_to_the_declared_one():
    class Smaller(Lamp):
        def start(self):
            self.level = self.property("level", "number", value=1, max=3, keep=True)

    with Device() as device:
        device.boot().level.value = 7
        device.kernel.stop()
        assert device.boot(lambda: Smaller("lamp")).level.value == 1


def test_what_is_not_kept_is_not_written():
    class Plain(Lamp):
        keep = False

    with Device() as device:
        device.boot(lambda: Plain("lamp")).level.value = 7
        device.pass_s(3)
        device.kernel.stop()
        assert device.file() is None


def test_the_first_change_does_not_wait_because_a_value_was_declared():
    device = Device()
    lamp = device.boot()
    device.pass_s(10)
    lamp.level.value = 4
    device.pass_s(3)
    assert device.boot().level.value == 4
    remove(device.folder)
