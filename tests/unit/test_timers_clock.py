"""Alarms of a device whose clock jumps, whose power goes, whose zone changes: once, never twice, never lost."""

import json

from device import Device

from modcore import Module
from plugins.timers import Timers
from plugins.tz import Tz, seconds
from support import new_folder, remove

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"


class Recorder(Module):
    """Notes alarms where a crash does not reach."""

    found = []

    def start(self):
        self.listen("timers/+/fired", lambda topic, value: Recorder.found.append(value))


def device(alarm, zone="UTC0", clock=True, **timers):
    folder = new_folder()
    Recorder.found = []
    section = {"alarms": {"a": alarm}, "file": folder + "/timers.json"}
    section.update(timers)
    made = Device(
        lambda: [Tz(), Timers(), Recorder()], {"timers": section, "tz": {"zone": zone}}, clock=clock
    )
    made.folder = folder
    made.run(1100)
    return made


def set_clock(d, *date):
    """Set the clock, which steps without a word, to a time in UTC."""
    d.world.clock.jump(seconds(*date) - d.world.clock.utc() - d.world.clock.offset)


def test_a_jump_over_an_alarm_lets_it_go_off_at_once():
    d = device({"time": "06:30"})
    set_clock(d, 2026, 1, 1, 9)
    d.run(1100)
    assert Recorder.found == ["2026-01-01 06:30:00"]
    d.run(3600000)
    assert len(Recorder.found) == 1
    remove(d.folder)


def test_a_jump_back_does_not_bring_it_again():
    d = device({"time": "06:30"})
    set_clock(d, 2026, 1, 1, 6, 29, 50)
    d.run(20000)
    for _ in range(5):
        set_clock(d, 2026, 1, 1, 6, 29, 50)
        d.run(20000)
    assert Recorder.found == ["2026-01-01 06:30:00"]
    set_clock(d, 2026, 1, 2, 6, 29, 50)
    d.run(20000)
    assert len(Recorder.found) == 2
    remove(d.folder)


def test_a_hundred_small_corrections_around_the_alarm_bring_it_once():
    d = device({"time": "06:30"})
    set_clock(d, 2026, 1, 1, 6, 29, 0)
    for i in range(100):
        d.world.clock.jump(-7 if i % 2 else 9)
        d.run(1500)
    assert Recorder.found == ["2026-01-01 06:30:00"]
    remove(d.folder)


def test_an_alarm_between_the_start_and_the_first_time_from_the_network_is_not_lost():
    d = device({"time": "06:30"}, clock=False)
    d.run(40000)
    assert Recorder.found == []
    set_clock(d, 2026, 5, 1, 6, 30, 20)  # the device has started at 06:29:39
    d.run(1100)
    assert Recorder.found == ["2026-05-01 06:30:00"]
    remove(d.folder)


def test_an_alarm_from_before_the_start_is_over():
    d = device({"time": "06:30"}, clock=False)
    set_clock(d, 2026, 5, 1, 10)
    d.run(60000)
    assert Recorder.found == []
    remove(d.folder)


def test_an_alarm_goes_off_behind_a_reset_in_its_second():
    d = device({"time": "06:30"})
    set_clock(d, 2026, 1, 1, 6, 29, 57)
    d.run(1500)
    d.cut()
    d.world.clock.set_by_pc = True
    d.run(20000)
    d.boot()
    set_clock(d, 2026, 1, 1, 6, 30, 18)
    d.run(2000)
    assert Recorder.found == ["2026-01-01 06:30:00"]
    remove(d.folder)


def test_an_alarm_that_crashes_the_device_does_not_come_again():
    d = device({"time": "06:30"})
    set_clock(d, 2026, 1, 1, 6, 29, 59)
    for _ in range(6):
        d.run(3000)
        d.crash()
    d.run(10000)
    assert Recorder.found == ["2026-01-01 06:30:00"]
    remove(d.folder)


def test_an_alarm_that_was_missed_long_ago_is_not_made_up_for():
    d = device({"time": "06:30"}, missed_s=600)
    d.cut()
    d.boot()
    set_clock(d, 2026, 1, 1, 8)
    d.run(5000)
    assert Recorder.found == []
    set_clock(d, 2026, 1, 2, 6, 29, 58)
    d.run(5000)
    assert len(Recorder.found) == 1
    remove(d.folder)


def test_a_new_time_is_a_new_alarm_and_not_due_at_once():
    d = device({"time": "06:30"})
    set_clock(d, 2026, 1, 1, 10)
    d.run(2000)
    assert Recorder.found == ["2026-01-01 06:30:00"]
    d.kernel.reconfigure("timers", {"alarms": {"a": {"time": "09:00"}}})
    d.run(5000)
    assert len(Recorder.found) == 1 and d.get("timers/next") == "2026-01-02T09:00:00Z"
    remove(d.folder)


def test_local_alarms_follow_the_zone_when_it_changes():
    d = device({"time": "06:30"}, zone="UTC0")
    assert d.get("timers/next") == "2026-01-01T06:30:00Z"
    d.kernel.path = d.folder + "/config.json"
    d.send("$tz/zone", BERLIN)
    d.run(1100)
    assert d.get("timers/next") == "2026-01-01T05:30:00Z"
    set_clock(d, 2026, 1, 1, 5, 29, 58)
    d.run(5000)
    assert Recorder.found == ["2026-01-01 06:30:00"]
    d.send("$tz/zone", "UTC0")
    d.run(2 * 3600000)
    assert len(Recorder.found) == 1  # it has had its first of January
    remove(d.folder)


def test_the_nights_of_daylight_saving():
    d = device({"time": "02:30"}, zone=BERLIN)
    set_clock(d, 2026, 3, 28, 23)
    d.run(4 * 3600000)
    assert Recorder.found[-1] == "2026-03-29 03:30:00"
    count = len(Recorder.found)
    set_clock(d, 2026, 10, 24, 22)
    d.run(2000)
    Recorder.found = Recorder.found[:count]
    d.run(6 * 3600000)
    assert Recorder.found[count:] == ["2026-10-25 02:30:00"]
    remove(d.folder)


def test_the_flash_is_written_once_an_alarm():
    d = device({"time": "06:30"})
    with open(d.folder + "/timers.json") as f:
        before = json.loads(f.read())
    d.run(6 * 3600000)
    with open(d.folder + "/timers.json") as f:
        assert json.loads(f.read()) == before
    d.run(3600000)
    with open(d.folder + "/timers.json") as f:
        assert json.loads(f.read())["a"][1] == before["a"][1] + 1
    remove(d.folder)


def test_a_full_disk_does_not_silence_it():
    d = device({"time": "06:30"}, file="/nowhere/at/all/timers.json")
    set_clock(d, 2026, 1, 1, 6, 29, 58)
    d.run(5000)
    assert Recorder.found == ["2026-01-01 06:30:00"]
    remove(d.folder)
