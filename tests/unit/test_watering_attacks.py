"""The watering sample under commands that nobody should send, and at moments that nobody should choose."""

# heap: 1M
from garden import PINS, Garden

from samples.watering.garden.flow import Flow
from samples.watering.garden.history import History
from samples.watering.garden.player import Player
from samples.watering.garden.programs import Programs
from samples.watering.garden.rain import Rain
from samples.watering.garden.records import all_since
from samples.watering.garden.restart import Restart
from samples.watering.garden.schedules import Schedules
from samples.watering.garden.valves import Valves

ALL = (Valves, Flow, Rain, Player, Programs, Schedules, History, Restart)
JUNK = (
    None, True, False, -1, 0, 1.5, 1 << 70, float("nan"), float("inf"), "", "x", "\0", "1" * 300, [], [[]], [None],
    [{}], {}, {"0": None}, {"0": -1}, {"0": True}, {"0": "60"}, {"0": float("nan")}, {"0": 1 << 70}, {"9": 60},
    {"": 60}, {"0": 60, "9": 60}, {"id": 1}, [{"id": 1, "name": "x", "tasks": 5}], [{"id": [], "name": {}}], [1, 2, 3],
    [{"id": 1, "name": "x", "tasks": [{"0": "1"}]}], [{"id": 1, "name": "x", "program": 1, "times": [6]}],
    [{"id": 1, "name": "x", "program": 1, "times": ["06:00"], "from": 5}],
    [{"id": 1, "name": "x", "program": 1, "times": ["06:00"], "dow": "1111111"}],
    [{"id": 65535, "name": "x", "program": 1, "times": ["06:00"]}],
)  # fmt: skip
LISTS = ("valves/run", "player/remove", "programs/list", "schedules/list", "schedules/1/active")
PLAIN = ("valves/0", "player/pause", "schedules/percent", "schedules/active", "rain/hours", "rain/delay")


def test_what_is_of_the_wrong_kind_is_refused_and_harms_nobody():
    with Garden(ALL) as one:
        one.send("programs/list/set", [{"id": 1, "name": "Lawn", "tasks": [{"0": 60}]}])
        programs = one.list("programs")
        for topic in LISTS + PLAIN:
            for value in JUNK:
                if (
                    topic in PLAIN
                    and isinstance(value, (bool, int, float))
                    or topic in LISTS
                    and value in ([], {})
                ):
                    continue  # that may be right
                one.send(topic + "/set", value)
                one.run(50)
                assert one.open() == [], (topic, value)
        assert [id for id in one.kernel.modules if one.module(id).state != "RUNNING"] == []
        assert one.list("programs") == programs and one.list("schedules") == []


def fewer(one, *ids):
    """Take away all valves but these."""
    valves = [{"id": id, "pin": PINS[id], "name": "Valve %d" % id} for id in ids]
    one.kernel.reconfigure("valves", {"valves": valves})
    one.run(1000)


def test_a_valve_that_is_taken_away_while_it_runs_closes_and_the_rest_goes_on():
    with Garden(ALL) as one:
        one.play({"0": 60, "1": 60}, {"0": 30}, {"2": 30})
        one.run(10000)
        assert one.open() == [4, 27]
        fewer(one, 1, 2, 3)
        assert 4 not in one.open()
        one.run(15000)
        assert one.open() == [27]
        one.run(50000)
        assert one.open() == [16], "a task of nothing but that valve is passed over"
        one.run(60000)
        assert one.open() == [] and not one.get("player/running")
        assert [record[2] for record in all_since(one.folder, 0) if record[1] == 0] == ["stop"]


def test_a_valve_that_is_taken_away_while_it_is_open_by_hand_closes_for_good():
    with Garden(ALL) as one:
        one.send("valves/run/set", {"0": 600, "1": 600})
        fewer(one, 1)
        assert one.open() == [] and one.get("$valves/direct") is False
        one.play({"1": 5})
        one.run(2000)
        assert one.open() == [27]


def test_the_master_lags_in_a_pause_and_leads_again_after_it():
    with Garden(ALL, valves={"master": 22, "lead_s": 3, "lag_s": 5}) as one:
        changes = one.watch(22, 4)
        one.play({"0": 60})
        one.run(1000)
        one.send("player/pause/set", True)  # while it leads
        one.run(10000)
        assert [pin for _, pin, _ in changes] == [22, 22], "the valve never opened"
        one.send("player/pause/set", False)
        one.run(10000)
        assert one.open() == [4]
        one.send("player/pause/set", True)
        one.run(2000)
        one.send("player/pause/set", False)  # while it lags: on still, and nothing to wait for
        one.run(1000)
        assert one.open() == [4] and one.world.pins[22].level()
        one.send("player/pause/set", True)
        one.run(10000)
        assert one.open() == [] and not one.world.pins[22].level(), "it does not run dry"
        one.send("player/pause/set", False)
        one.run(100000)
        opened = [ms for ms, pin, level in changes if pin == 4 and level]
        closed = [ms for ms, pin, level in changes if pin == 4 and not level]
        assert round(sum(closed) - sum(opened), -2) == 60000


def test_programs_that_overlap_wait_for_each_other():
    with Garden(ALL) as one:
        one.play({"0": 20}, by="schedule 1")
        one.play({"0": 20, "1": 10}, by="schedule 2", program=2)
        one.run(60000)
        assert one.open() == []
        records = [(record[1], record[3], record[5]) for record in all_since(one.folder, 0)]
        assert sorted(records) == [(0, 1, 20), (0, 2, 20), (1, 2, 10)], "each its seconds, nothing lost"
