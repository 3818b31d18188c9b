"""Safe mode: five crashes within ten minutes bring it, one command ends it, and few writes are needed."""

import json
import os

from device import Device

from modcore import Kernel, Module
from plugins.safemode import Safemode, boot, record
from support import new_folder, remove


class Wlan(Module):
    pass


class Valves(Module):
    pass


NAMES = ["safemode", "wlan", "valves", "http_windup"]
MODULES = {"safemode": Safemode, "wlan": Wlan, "valves": Valves}


def device(config=None):
    """A device that boots as modcore.boot does, with its record in a folder of its own."""
    folder = new_folder()
    record.PATH = folder + "/safemode.json"

    chosen = []

    def make():
        started = boot.choose(Kernel(config), NAMES, lambda: ["http_async", "http_windup", "softap", "wlan"])
        chosen.append(started)
        return [MODULES[name]() for name in started if name in MODULES]

    config = config or {}
    config.setdefault("log", {"level": "critical"})
    d = Device(make, config)
    d.chosen = chosen
    d.folder = folder
    d.run(10)
    return d


def crash(d, times, seconds, cause="watchdog"):
    for _ in range(times):
        d.run(seconds * 1000)
        d.crash(cause)
        d.run(10)


def active(d):
    return d.get("safemode/active")


def test_five_crashes_within_ten_minutes_bring_it():
    for cause in ("watchdog", "reset"):
        d = device()
        crash(d, 4, 100, cause)
        assert not active(d) and d.get("safemode/crashes") == 4 and "valves" in d.kernel.modules
        crash(d, 1, 100, cause)
        assert active(d) and d.get("safemode/crashes") == 5
        assert d.chosen[-1] == ["safemode", "wlan", "softap", "http_windup"]
        assert "valves" not in d.kernel.modules
        remove(d.folder)


def test_crashes_that_are_further_apart_do_not():
    d = device()
    crash(d, 20, 160)
    assert not active(d)
    remove(d.folder)


def test_without_a_clock_the_time_that_it_ran_counts():
    d = device()
    d.world.clock.set_by_pc = False
    d.world.clock.power_on()
    crash(d, 12, 301)
    assert not active(d)
    crash(d, 5, 20)
    assert active(d)
    remove(d.folder)


def test_ten_quiet_minutes_forget_crashes_and_leave_the_file_alone():
    d = device()
    crash(d, 4, 10)
    d.run(601000)
    assert d.get("safemode/crashes") == 0
    with open(record.PATH) as f:
        assert json.loads(f.read()) == {}
    crash(d, 4, 10)
    assert not active(d)
    remove(d.folder)


def test_starts_that_are_no_crash_do_not_count():
    d = device()
    for cause in ("power", "deepsleep", "soft"):
        crash(d, 6, 5, cause)
    assert not active(d) and os.listdir(d.folder) == []
    remove(d.folder)


def test_resets_that_are_announced_do_not_count():
    d = device()
    for _ in range(8):
        d.send("$restart", "update")
        crash(d, 1, 5, "reset")
    assert not active(d) and d.get("safemode/crashes") == 0
    crash(d, 5, 5, "reset")
    assert active(d)
    remove(d.folder)


def test_it_stays_until_one_command_ends_it():
    d = device()
    crash(d, 5, 10)
    d.cut()
    d.boot()
    d.run(700000)
    assert active(d) and "valves" not in d.kernel.modules
    crash(d, 1, 10, "reset")
    assert active(d)
    d.send("safemode/leave/set")
    d.run(1000)
    assert not active(d) and "valves" in d.kernel.modules and d.get("$describe/safemode/leave") is None
    crash(d, 4, 10)
    assert not active(d)
    remove(d.folder)


def test_a_button_restarts_the_device_in_safe_mode_where_the_configuration_has_it():
    d = device({"safemode": {"button": True}})
    d.send("safemode/enter/set")
    d.run(2000)
    assert d.chosen[-1] == ["safemode", "wlan", "softap", "http_windup"] and active(d)
    d.send("safemode/leave/set")
    d.run(2000)
    assert d.chosen[-1] == NAMES and not active(d)
    d = device()
    d.send("safemode/enter/set")
    d.run(2000)
    assert len(d.chosen) == 1


def test_a_crash_while_writing_the_record_loses_nothing_but_itself():
    d = device()
    crash(d, 4, 10)
    with open(record.PATH) as f:
        whole = f.read()
    for size in range(len(whole)):
        with open(record.PATH + ".tmp", "w") as f:
            f.write(whole[:size])
        assert len(record.read()["ages"]) == 4
    os.remove(record.PATH)  # the moment between two renames on FAT
    with open(record.PATH + ".tmp", "w") as f:
        f.write(whole)
    crash(d, 1, 10)
    assert active(d)
    remove(d.folder)


def test_a_broken_record_is_none():
    d = device()
    for text in ("", "{", "[]", '{"ages": 7}', "\x00\xff"):
        with open(record.PATH, "w") as f:
            f.write(text)
        crash(d, 1, 1)
        assert not active(d) and d.kernel.modules["safemode"].state == "RUNNING"
    remove(d.folder)


def test_a_device_without_room_for_the_record_starts_as_usual():
    d = device()
    record.PATH = "/nowhere/at/all/safemode.json"
    crash(d, 10, 1)
    assert not active(d) and "valves" in d.kernel.modules
    remove(d.folder)


def test_the_flash_is_written_only_now_and_then():
    d = device()
    writes = []
    save = record.save
    record.save = lambda found: writes.append(1) or save(found)
    try:
        d.run(86400000)
        assert writes == []
        crash(d, 1, 10)
        d.run(86400000)
        assert len(writes) <= 5
    finally:
        record.save = save
    remove(d.folder)


def test_the_broker_hears_of_it_unless_it_is_the_bridge_that_crashes():
    import sys

    class Mqtt(Module):
        def start(self):
            Mqtt.started = True

    class Plugin:
        pass

    plugin = Plugin()
    plugin.Mqtt = Mqtt
    known = sys.modules.get("plugins.mqtt")
    sys.modules["plugins.mqtt"] = plugin
    d = device({"plugins": NAMES + ["mqtt"]})
    crash(d, 5, 10)
    d.run(120000)
    assert "mqtt" not in d.kernel.modules  # no network yet
    d.kernel.bus.publish("wlan/connected", True, True)
    d.run(31000)
    assert d.kernel.modules["mqtt"].state == "RUNNING"
    crash(d, 1, 5)
    d.kernel.bus.publish("wlan/connected", True, True)
    d.run(60000)
    assert active(d) and "mqtt" not in d.kernel.modules
    d.send("safemode/leave/set")
    d.run(1000)
    del sys.modules["plugins.mqtt"]
    if known:
        sys.modules["plugins.mqtt"] = known
    remove(d.folder)
