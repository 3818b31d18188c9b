"""Answers of the garden's modules to REST, asked in this process; the paths over HTTP are in tests/e2e."""

# heap: 1M
from garden import Garden, time

from plugins.tz import seconds
from samples.watering.garden.player import Player
from samples.watering.garden.programs import Programs
from samples.watering.garden.rest_plan import starts
from samples.watering.garden.schedules import Schedules
from samples.watering.garden.valves import Valves

DAY_S = 86400


def test_the_plan_shows_what_overlaps_what_is_unknown_and_what_will_not_run():
    with Garden((Valves, Player, Programs, Schedules)) as one:
        programs = [
            {"id": 1, "name": "Lawn", "tasks": [{"0": 1800}]},
            {"id": 2, "name": "Beds", "tasks": [{"1": 600}, {"2": 600}]},
            {"id": 3, "name": "Off", "active": False, "tasks": [{"3": 60}]},
        ]
        one.send("programs/list/set", programs)
        one.run(1000)
        times = (("06:00", 1), ("06:29", 2), ("06:30", 3), ("08:00", 2))
        listed = [
            {"id": id, "name": "S", "program": program, "times": [text]}
            for id, (text, program) in enumerate(times, 1)
        ]
        one.send("schedules/list/set", listed)
        one.run(1000)
        fewer = [{"id": 0, "pin": 4, "name": "Lawn"}, {"id": 1, "pin": 27, "name": "Beds"}]
        one.kernel.reconfigure("valves", {"valves": fewer})
        one.send("programs/list/set", programs[:1] + [dict(programs[1], tasks=[{"1": 600}, {"2": 600}])])
        one.run(1000)
        one.world.clock.jump(one.module("tz").zone.to_utc(seconds(2026, 6, 1)) - time.time())
        one.run(1100)
        found = list(starts(one.kernel, 1))
        assert [(start["start"][11:16], start["overlaps"]) for start in found] == [
            ("06:00", False),
            ("06:29", True),
            ("06:30", True),
            ("08:00", False),
        ]
        assert found[0]["end"][11:19] == "06:30:00" and found[1]["seconds"] == 1200
        assert found[1]["unknown"] == ["2"] and found[0]["unknown"] == []
        assert [start["runs"] for start in found] == [True, True, False, True], "its program is gone"
        one.send("schedules/active/set", False)
        assert not any([start["runs"] for start in starts(one.kernel, 1)])


def test_a_valve_tells_why_it_may_not_open():
    with Garden() as one:
        ask = one.kernel.bus.ask
        assert [(v["error"], v["reason"]) for v in ask("valves/list")] == [(False, "")] * 4
        one.kernel.bus.publish("$alarm/flow", "a burst pipe", True)
        one.run(100)
        assert [(v["error"], v["reason"]) for v in ask("valves/list")] == [(True, "a burst pipe")] * 4


def test_a_valve_that_is_configured_for_the_next_start_disturbs_nobody():
    with Garden() as one:
        one.kernel.config["valves"]["valves"] = [
            {"id": 0, "pin": 4, "name": "A"},
            {"id": 9, "pin": 5, "name": "B"},
        ]
        ask = one.kernel.bus.ask
        assert [about["id"] for about in ask("valves/list")] == [0]
        ask("valves/run/set", {"1": 60})  # which is there until then
        one.run(1000)
        assert one.open() == [27] and one.module("valves").state == "RUNNING"


def test_what_is_played_can_be_read_while_it_runs():
    with Garden() as one:
        ask = one.kernel.bus.ask
        one.play({"0": 60}, {"1": 30})
        one.run(10000)
        state = ask("player/state")
        assert state["current"]["name"] == "Lawn" and 49000 <= state["left"]["0"] <= 50000
        assert [task["left"] for task in state["tasks"]] == [{"1": 30000}] and state["info"] == ""
        about = ask("valves/list")[0]
        assert about["state"] and about["result"] and 49 <= about["left"] <= 50 and about["cause"] == "1/hand"
        ask("player/remove/set", 0)
        assert ask("player/state")["tasks"] == []
