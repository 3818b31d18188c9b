"""The flow meter of the watering sample: its limits by figures, its alarms from the pins."""

# heap: 1M
from garden import Garden, time

from support import raises

# isort: split
from modcore import Refused
from samples.watering.garden.flow import Flow
from samples.watering.garden.meter import feed, reset_limits
from samples.watering.garden.player import Player
from samples.watering.garden.valves import Valves

MODULES = [Valves, Player, Flow]
PIN = 35


class Limits:
    """The limits of a meter that is fed with windows of a second; config: those that are not off."""

    def __init__(self, **config):
        self.config = {"max": 0, "max_s": 5, "none_s": 0, "leak_l": 0}
        self.config.update(config)
        reset_limits(self)


def fed(limits, count, litres, open=(), at_rest=True):
    """Feed `count` windows; returns the first reason, or None."""
    for _ in range(count):
        reason = feed(limits, limits.config, 1000, litres, open, at_rest)
        if reason:
            return reason
    return None


def test_too_much_has_to_last():
    limits = Limits(max=30, max_s=5)
    assert fed(limits, 60, 0.5, ["Lawn"]) is None, "just 30"
    assert fed(limits, 4, 0.6, ["Lawn"]) is None
    assert fed(limits, 1, 0.4, ["Lawn"]) is None
    assert fed(limits, 4, 0.6, ["Lawn"]) is None
    assert fed(limits, 1, 0.6, ["Lawn"]) == "36.0 L/min, more than 30"


def test_nothing_while_a_valve_is_open_is_told():
    limits = Limits(none_s=30)
    assert fed(limits, 500, 0) is None, "all are closed"
    assert fed(limits, 29, 0, ["Lawn"]) is None
    assert fed(limits, 1, 0.001, ["Lawn"]) is None
    assert fed(limits, 29, 0, ["Lawn"]) is None
    assert "30 s while Lawn is open" in fed(limits, 1, 0, ["Lawn"])


def test_what_flows_while_all_are_closed_is_told_once_the_pipes_are_at_rest():
    limits = Limits(leak_l=2)
    assert fed(limits, 100, 1, ["Lawn"]) is None
    assert fed(limits, 60, 0.5, at_rest=False) is None, "the pipes run empty"
    assert fed(limits, 19, 0.1) is None
    assert "have flowed while all valves are closed" in fed(limits, 5, 0.1)


def test_limits_of_zero_are_off():
    limits = Limits()
    assert fed(limits, 1000, 99, ["Lawn"]) is None and fed(limits, 1000, 99) is None
    assert fed(limits, 1000, 0, ["Lawn"]) is None


def pulses(one, seconds, hz, edges=2):
    """Let the meter turn for so long, `hz` pulses a second."""
    one.world.pins.pulse(PIN, int(seconds * hz), hz)
    one.run(int(seconds * 1000))


def garden(**flow):
    flow = dict({"pin": PIN, "ratio": 0.01}, **flow)
    return Garden(MODULES, flow=flow)


def test_litres_are_counted_and_kept_over_a_power_cut():
    with garden() as one:
        one.send("valves/0/set", True)
        pulses(one, 30, 10)
        assert one.get("flow/rate") == 12.0
        shown = [str(value) for topic, value in one.take("flow/") if topic in ("flow/rate", "flow/total")]
        assert shown and max([len(text) for text in shown]) <= 5, shown
        assert abs(one.get("flow/total") - 6) < 0.3
        one.send("valves/0/set", False)
        one.run(120000)
        assert one.get("flow/rate") == 0
        total = one.get("flow/total")
        assert abs(total - 6) < 0.05 and abs(one.get("flow/today") - 6) < 0.1
        one.cut()
        one.boot()
        one.run(1000)
        assert one.get("flow/total") == total


def test_litres_after_weeks_of_rest_are_noted_too():
    for days in (3, 8, 20):  # ticks wrap after twelve
        with Garden(MODULES, clock=False, flow={"pin": PIN, "ratio": 0.01}) as one:  # no midnight is noted
            pulses(one, 10, 10)
            one.run(120000)
            for _ in range(days):
                time.now_ms += 86400000
                one.run(2000)
            pulses(one, 10, 10)
            one.run(120000)
            total = one.get("flow/total")
            assert total > 3
            one.cut()
            one.boot()
            one.run(1000)
            assert one.get("flow/total") == total, days


def test_the_litres_of_today_begin_at_midnight():
    with garden() as one:
        pulses(one, 10, 10)
        one.run(1000)
        assert one.get("flow/today") > 1
        one.world.clock.jump(86400)
        one.run(2000)
        assert one.get("flow/today") == 0 and one.get("flow/total") > 1


def test_a_burst_pipe_closes_all_until_a_person_resets_it():
    with garden(max=30, max_s=5) as one:
        one.play({"0": 100})
        pulses(one, 20, 20)
        assert one.open() == [4]
        pulses(one, 7, 60)
        assert one.open() == []
        assert "more than 30" in one.get("flow/alarm")
        valve = one.module("valves").properties["1"]
        assert "more than 30" in str(raises(Refused, valve.command, True))
        one.run(600000)
        assert one.open() == []
        one.crash()
        one.run(2000)
        assert "more than 30" in one.get("flow/alarm"), "a restart resets nothing"
        assert one.open() == []
        one.send("flow/reset/set")
        one.run(2000)
        assert one.get("flow/alarm") == "" and one.open() == [4], "what was left goes on"


def test_a_closed_tap_is_told():
    with garden(none_s=20) as one:
        one.send("valves/0/set", True)
        pulses(one, 10, 5)
        assert one.open() == [4]
        one.run(25000)
        assert one.open() == [] and "Valve 0 is open" in one.get("flow/alarm")


def test_a_leak_is_told():
    with garden(leak_l=1, settle_s=30) as one:
        one.run(40000)
        pulses(one, 30, 5)
        assert "all valves are closed" in one.get("flow/alarm")


def test_the_failure_of_the_meter_closes_the_valves():
    with garden() as one:
        one.send("valves/0/set", True)
        one.kernel.fault(one.module("flow"), RuntimeError("broken"))
        one.run(10)
        assert one.open() == []
        raises(Refused, one.module("valves").properties["0"].command, True)
        one.run(3000)
        one.send("valves/0/set", True)
        assert one.open() == [4]


def test_little_is_written():
    with garden() as one:
        import samples.watering.garden.files as files

        real = files.save
        writes = []
        files.save = lambda path, *value: writes.append(path) or real(path, *value)
        try:
            pulses(one, 1000, 2)
            one.run(120000)
            assert 1 <= len(writes) <= 3
            del writes[:]
            one.run(1000000)
            assert writes == []
        finally:
            files.save = real


def test_a_wrong_configuration_is_refused():
    for config in (
        {"window_ms": 10},
        {"ratio": 0},
        {"ratio": -1},
        {"max": -1},
        {"none_s": -5},
        {"leak_l": -1},
    ):
        with garden(**config) as one:
            assert one.module("flow").state == "FAILED"
