"""The watchdog resets a board that hangs, is too slow, or waits in vain, and no other."""

from device import Device, time

from modcore import Module
from plugins.watchdog import Watchdog


class Busy(Module):
    """Takes `ms` in each of its turns."""

    ms = 0

    def loop(self):
        time.now_ms += Busy.ms
        return 100


def device(**watchdog):
    Busy.ms = 0
    made = Device(lambda: [Watchdog(), Busy()], {"watchdog": watchdog})
    made.run(1000)
    return made


def test_a_device_that_works_runs_on():
    d = device()
    d.run(3600000)
    assert d.boots == ["power"] and d.get("watchdog/misses") == 0


def test_a_loop_that_hangs_is_reset():
    d = device(timeout_ms=8000)
    Busy.ms = 9000
    d.run(100)
    Busy.ms = 0
    d.run(100)
    # As often as it hung: the turn in which the kernel tells that it was held up is a second one.
    assert d.boots[0] == "power" and set(d.boots[1:]) == {"watchdog"}, d.boots


def test_a_loop_that_is_always_too_slow_is_reset_a_single_slow_turn_is_not():
    d = device(deadline_ms=2000)
    Busy.ms = 3000
    d.run(100)
    Busy.ms = 0
    d.run(120000)
    assert d.boots == ["power"] and d.get("watchdog/misses") > 0 and d.get("watchdog/slowest") >= 3000
    Busy.ms = 2500
    d.run(20000)
    assert d.boots[:2] == ["power", "watchdog"]


def test_slow_starts_are_no_hang():
    class Slow(Module):
        def start(self):
            time.now_ms += 20000

    d = Device(lambda: [Watchdog(), Slow()])
    d.run(60000)
    assert d.boots == ["power"]


def test_a_topic_that_stays_away_resets():
    d = device(topics={"sensor/value": 60})
    for _ in range(10):
        d.run(50000)
        d.send("sensor/value", 1)
    assert d.boots == ["power"]
    d.run(80000)
    assert d.boots == ["power", "watchdog"]


def test_a_module_that_supervision_has_given_up_resets():
    class Broken(Module):
        def start(self):
            raise ValueError("broken")

    made = Device(lambda: [Watchdog(), Broken()], {"watchdog": {"modules": ["broken"]}})
    made.run(100000)
    assert made.boots == ["power"]
    made.run(60000)
    assert made.boots[:2] == ["power", "watchdog"]


def test_an_orderly_stop_resets_unless_the_prompt_is_meant_to_live():
    d = device()
    d.kernel.stop()
    d.run(9000)
    assert d.boots == ["power", "watchdog"]
    d = device(feed_at_repl=True)
    d.kernel.stop()
    d.run(60000)
    assert d.boots == ["power"]
    d.kernel.move("watchdog", "RUNNING")
    d.run(60000)
    assert d.boots == ["power"]


def test_a_deadline_beyond_the_timeout_makes_no_sense():
    d = device(timeout_ms=1000, deadline_ms=2000)
    assert "deadline_ms takes 100 up to" in d.get("$error/watchdog")


def test_a_mistake_in_the_configuration_resets_nothing():
    d = device(modules=["busy", "valvs"])
    d.run(600000)
    assert d.boots == ["power"] and d.kernel.modules["watchdog"].state == "RUNNING"
    for topics in ({"a": "60"}, {"a": 0}, {"a": True}):
        d = device(topics=topics)
        assert "topics: a takes seconds" in d.get("$error/watchdog")
        d.run(600000)
        assert d.boots == ["power"]
