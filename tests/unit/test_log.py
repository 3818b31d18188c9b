"""The log plugin: lines of all modules in memory, levels that can be set and are kept."""

import json

from device import Device, time

from modcore import Module, Refused
from plugins.log import Log
from plugins.log.ring import Reader
from support import new_folder, raises, remove


class Pump(Module):
    pass


def jam(topic, value):
    raise ValueError("jammed")


def device(log=None, **more):
    config = {"log": {"level": "info", "allow": ["level", "levels"]}}
    config["log"].update(log or {})
    made = Device(lambda: [Log(), Pump()], config, **more)
    made.run(10)
    return made


def lines(d):
    reader = Reader(d.kernel.modules["log"].ring)
    found = []
    while True:
        record = reader.next()
        if record is None:
            return found
        found.append(record.decode())


def test_lines_of_all_modules_are_kept_with_time_and_level():
    d = device()
    d.kernel.modules["pump"].log.info("turns", 3)
    d.kernel.modules["pump"].log.debug("not shown")
    d.kernel.log.error("trouble")
    d.run()
    assert lines(d) == [
        "2026-01-01T00:00:00Z info pump: turns 3",
        "2026-01-01T00:00:00Z error kernel: trouble",
    ]


def test_without_a_clock_the_uptime_stands_in():
    d = device(clock=False)
    d.run(2500)
    d.kernel.log.warning("early")
    d.run()
    stamp, rest = lines(d)[0].split(" ", 1)
    assert stamp[:3] == "+2." and rest == "warning kernel: early"
    d.world.clock.jump(d.world.clock.utc() - time.time())
    d.kernel.log.warning("late")
    d.run()
    assert lines(d)[1] == "2026-01-01T00:00:02Z warning kernel: late"


def test_levels_are_set_by_command_and_kept_over_a_restart():
    folder = new_folder()
    d = device()
    d.kernel.path = folder + "/config.json"
    pump = d.kernel.modules["pump"]
    d.send("log/level/set", "warning")
    d.send("log/levels/set", "pump=debug log=error")
    assert d.get("log/level") == "warning" and d.get("log/levels") == "log=error pump=debug"
    pump.log.debug("heard")
    d.kernel.log.info("not heard")
    d.run()
    assert [line[21:] for line in lines(d)] == ["debug pump: heard"]
    d.run(60000)  # the second change within a minute waits
    with open(folder + "/config.json") as f:
        config = json.load(f)
    remove(folder)
    d = Device(lambda: [Log(), Pump()], config)
    d.run(10)
    assert d.get("log/level") == "warning" and d.get("log/levels") == "log=error pump=debug"
    d.kernel.modules["pump"].log.debug("heard again")
    d.run()
    assert [line[21:] for line in lines(d)] == ["debug pump: heard again"]


def test_a_level_of_a_module_can_be_taken_back():
    d = device()
    d.kernel.path = new_folder() + "/config.json"
    d.send("log/levels/set", "pump=debug")
    d.send("log/levels/set", "pump=")
    assert d.get("log/levels") == ""
    d.kernel.modules["pump"].log.debug("not heard")
    d.run()
    assert lines(d) == []
    remove(d.kernel.path[:-12])


def test_a_wrong_level_is_refused_and_changes_nothing():
    d = device()
    properties = d.kernel.modules["log"].properties
    assert '"debug"' in str(raises(Refused, properties["level"].command, "loud"))
    assert "log/levels takes" in str(raises(Refused, properties["levels"].command, "pump=debug log=loud"))
    assert "log/levels takes" in str(raises(Refused, properties["levels"].command, "pump"))
    assert d.get("log/levels") == ""


def test_a_wrong_level_in_the_configuration_is_said_at_the_start():
    d = Device(lambda: [Log()], {"log": {"level": "loud", "levels": {"pump": "debug", "valve": 7}}})
    d.run(10)
    assert d.get("log/level") == "info" and d.get("log/levels") == "pump=debug"
    text = "".join(lines(d))
    assert "log level 'loud'" in text and "log level 7" in text


def test_a_level_that_can_not_be_saved_counts_all_the_same():
    d = device()
    d.kernel.path = "/nowhere/at/all/config.json"
    d.send("log/level/set", "debug")
    assert d.get("log/level") == "debug" and "not saved" in lines(d)[-1]


def test_without_allow_nobody_sets_a_level_from_outside():
    d = Device(lambda: [Log()], {"log": {"level": "warning"}})
    d.run(10)
    d.send("log/level/set", "debug")
    d.send("log/levels/set", "pump=debug")
    assert d.get("log/level") == "warning" and d.get("log/levels") == ""


def test_the_flash_is_written_for_changes_and_at_most_once_a_minute():
    d = device()
    d.kernel.path = new_folder() + "/config.json"
    writes = []
    save = d.kernel.save
    d.kernel.save = lambda: writes.append(d.get("log/level")) or save()
    for _ in range(100):
        d.send("log/level/set", "info")
    assert writes == []  # it has that level
    for _ in range(100):
        d.send("log/level/set", "debug")
        d.send("log/level/set", "warning")
    assert len(writes) == 1
    d.run(70000)
    assert len(writes) == 2
    with open(d.kernel.path) as f:
        assert json.load(f)["log"]["level"] == "warning"
    d.send("log/level/set", "error")
    d.kernel.stop()
    d.run(10)
    with open(d.kernel.path) as f:
        assert json.load(f)["log"]["level"] == "error"  # what waited when the device ended
    remove(d.kernel.path[:-12])


def test_a_traceback_is_one_record():
    d = device()
    d.kernel.modules["pump"].listen("jam", jam)
    d.send("jam")
    assert "Traceback" in lines(d)[0] and "jammed" in lines(d)[0]


def test_lines_stay_while_the_module_restarts():
    d = device()
    d.kernel.log.info("before")
    d.run()
    d.kernel.reconfigure("log")
    d.run()
    assert lines(d)[0][21:] == "info kernel: before"
    d.kernel.reconfigure("log", {"memory": 1000})
    d.run()
    assert lines(d) == [] and d.kernel.modules["log"].state == "RUNNING"


def test_a_storm_of_lines_takes_no_more_memory():
    d = device({"memory": 512})
    for i in range(1000):
        d.kernel.log.info("line", i)
        d.kernel.step()
    found = lines(d)
    assert found[-1].endswith("line 999") and sum([len(line) + 2 for line in found]) <= 512
