"""Intervals, delays and alarms by configuration alone, and alarms of programs."""

from device import Device, time

from modcore import Module
from plugins.timers import Timers
from plugins.timers.duration import milliseconds, time_of_day, weekdays
from support import new_folder, raises, remove


def device(*more, **timers):
    timers.setdefault("file", "")
    made = Device(lambda: [Timers()] + [kind() for kind in more], {"timers": timers})
    made.run(10)
    return made


def fired(d, topic):
    return [value for t, value in d.take() if t == topic]


def test_an_interval_fires_its_events_and_its_own_topic():
    d = device(intervals={"blink": {"every": "500 ms", "fire": [{"led/set": "toggle"}, "tick"]}})
    d.take()
    d.run(2100)
    found = d.take()
    assert [e for e in found if e[0] == "led/set"] == [("led/set", "toggle")] * 4
    assert [e for e in found if e[0] == "tick"] == [("tick", True)] * 4
    assert [e for e in found if e[0] == "timers/blink/fired"] == [("timers/blink/fired", True)] * 4


def test_an_interval_is_switched_off_and_on_and_that_is_saved():
    folder = new_folder()
    d = device(intervals={"blink": {"every": "1 s", "at_start": True}})
    d.kernel.path = folder + "/config.json"
    assert d.get("timers/blink") is True
    d.send("timers/blink/set", False)
    d.take()
    d.run(5000)
    assert fired(d, "timers/blink/fired") == []
    assert d.kernel.config["timers"]["intervals"]["blink"]["active"] is False
    d.send("timers/blink/set", True)
    d.run(2000)
    assert len(fired(d, "timers/blink/fired")) == 3
    remove(folder)


def test_a_delay_fires_once_behind_the_start():
    d = device(after={"boot": {"delay": "10 s", "fire": "ready"}})
    d.run(9900)
    assert fired(d, "ready") == []
    d.run(60000)
    assert fired(d, "ready") == [True]


def test_a_delay_begins_anew_with_its_topic():
    d = device(after={"stairs": {"delay": "2 min", "start": "gpio/motion", "fire": [["lamp/set", False]]}})
    d.run(300000)
    d.send("gpio/motion", False)
    d.run(300000)
    assert fired(d, "lamp/set") == []
    d.send("gpio/motion", True)
    d.run(100000)
    d.send("gpio/motion", True)
    d.send("gpio/motion", False)
    d.run(100000)
    assert fired(d, "lamp/set") == []
    d.run(30000)
    assert fired(d, "lamp/set") == [False]


def test_a_delay_can_be_cancelled_by_its_topic():
    d = device(
        after={"door": {"delay": "1 min", "start": "gpio/door", "cancel": True, "fire": "open too long"}}
    )
    d.send("gpio/door", True)
    d.run(30000)
    d.send("gpio/door", False)
    d.run(120000)
    assert fired(d, "open too long") == []


def test_an_alarm_fires_on_its_days():
    # The device starts on Thursday, 2026-01-01.
    d = device(alarms={"work": {"time": "06:30", "days": "thu,sat-sun", "fire": [["lamp/set", True]]}})
    assert d.get("timers/next") == "2026-01-01T06:30:00Z"
    times = []
    d.kernel.bus.subscribe("timers/work/fired", lambda topic, value: times.append(value))
    for _ in range(3):
        # The clock is set to a minute before; it would tick for three days.
        d.world.clock.jump(int(6.5 * 3600) - 60 - time.time() % 86400)
        d.run(120000)
        d.world.clock.jump(86400 - time.time() % 86400)
        d.run(1000)
    assert [t[8:] for t in times] == ["01 06:30:00", "03 06:30:00"]
    assert d.get("timers/next") == "2026-01-04T06:30:00Z"


def test_an_alarm_is_switched_off_and_what_comes_meanwhile_is_over():
    folder = new_folder()
    d = device(alarms={"a": {"time": "00:30"}}, file=folder + "/timers.json")
    d.kernel.path = folder + "/config.json"
    d.send("timers/a/set", False)
    d.run(3600000)
    assert d.get("timers/next") is None
    d.send("timers/a/set", True)
    d.run(2000)
    assert fired(d, "timers/a/fired") == [] and d.get("timers/next") == "2026-01-02T00:30:00Z"
    d.world.clock.jump(86400)
    d.run(2000)
    assert fired(d, "timers/a/fired") == ["2026-01-02 00:30:00"]
    remove(folder)


class Program(Module):
    def start(self):
        self.calls = []
        self.alarm = self.kernel.modules["timers"].alarm(self, "00:30", self.on_time)

    def on_time(self, alarm):
        self.calls.append(self.kernel.uptime_ms())
        if len(self.calls) == 3:
            raise ValueError("late")


def test_a_program_has_alarms_that_end_with_its_module():
    d = device(Program)
    program = d.kernel.modules["program"]
    d.run(3600000)
    assert len(program.calls) == 1
    d.kernel.move("program", "STOPPED")
    d.world.clock.jump(86400)
    d.run(60000)
    assert len(program.calls) == 1 and d.get("timers/next") is None
    d.kernel.move("program", "RUNNING")
    d.run(60000)
    assert program.calls == []  # what was before its start is over
    d.world.clock.jump(86400)
    d.run(60000)
    assert len(program.calls) == 1
    program.alarm.cancel()
    d.world.clock.jump(86400)
    d.run(60000)
    assert len(program.calls) == 1 and d.kernel.modules["timers"].next_s() is None


def test_an_alarm_that_fails_is_a_failure_of_its_own_module():
    d = device(Program)
    program = d.kernel.modules["program"]
    program.calls = [1, 2]
    d.run(1802000)
    assert "late" in d.get("$error/program") and d.kernel.modules["timers"].state == "RUNNING"


def test_a_full_bus_loses_no_alarm():
    d = device(alarms={"a": {"time": "00:01", "fire": ["one", "two"]}})
    d.run(59000)
    timers = d.kernel.modules["timers"]
    for i in range(d.kernel.bus.size):
        d.kernel.bus.publish("noise", i)
    timers.entries["a"].goes_off(1767225660)
    d.run(500)
    found = d.take()
    assert ("one", True) in found and ("two", True) in found


def test_entries_that_are_wrong_are_named_and_the_others_work():
    d = device(
        intervals={
            "a": {"every": "soon"},
            "b": 3,
            "c": {"every": 100, "fire": "c"},
            "next": {"every": 5},
            "i/j": {"every": 5},
            "k": {"every": 5, "fire": 5},
        },
        after={"d": {"delay": 5, "at": 1}, "g": {"delay": 5, "start": 5}},
        alarms={
            "c": {"time": "6:30"},
            "e": {"time": "25:00"},
            "f": {"time": "6:30", "days": "payday"},
            "good": {"time": "6:30"},
            "next": {"time": "6:30"},
            "h": {"time": "6:30", "days": 5},
            "l": {"time": "6:30", "days": ["mon", 5]},
        },
    )
    assert d.kernel.modules["timers"].state == "RUNNING"
    d.run(1000)
    assert len(fired(d, "c")) >= 9
    assert "the name is taken" in d.get("$error/timers") and d.get("timers/next").endswith("T06:30:00Z")


def test_durations_as_people_write_them():
    assert [milliseconds(v) for v in (5, "5ms", "1.5 s", "10 min", "2h", "1 d")] == [
        5,
        5,
        1500,
        600000,
        7200000,
        86400000,
    ]
    for wrong in (0, -1, True, None, "", "5 m", "s", "1,5 s", "-5 s", [], float("inf")):
        raises(ValueError, milliseconds, wrong)


def test_times_and_days_as_people_write_them():
    assert time_of_day("0:00") == 0 and time_of_day("23:59:59") == 86399
    for wrong in ("24:00", "6", "6:60", "6:30:60", "6:30:0:0", "x:30", "", None, 630):
        raises(ValueError, time_of_day, wrong)
    assert weekdays("") == 127 and weekdays("mon") == 1 and weekdays("Sunday") == 64
    assert (
        weekdays("mon-fri") == 31 and weekdays("sat-mon, wed") == 0b1100101 and weekdays(["tue", "sun"]) == 66
    )
    for wrong in ("x", "mon-", "mon..fri", "1"):
        raises(ValueError, weekdays, wrong)
