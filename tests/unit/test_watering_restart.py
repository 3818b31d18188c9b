"""The daily restart of the watering sample."""

# heap: 512K
from garden import Garden, time

from plugins.tz import seconds
from samples.watering.garden.player import Player
from samples.watering.garden.restart import Restart
from samples.watering.garden.valves import Valves

MODULES = [Valves, Player, Restart]


def at(one, *local):
    """Set the board's clock to a local time."""
    one.world.clock.jump(one.module("tz").zone.to_utc(seconds(*local)) - time.time())


def test_it_restarts_once_at_its_time():
    with Garden(MODULES, restart={"time": "03:30"}) as one:
        one.run(1000000)
        at(one, 2026, 6, 1, 3, 29, 30)
        assert one.boots == ["power"]
        one.run(70000)
        assert len(one.boots) == 2
        at(one, 2026, 6, 1, 3, 29, 50)
        one.run(1800000)
        assert len(one.boots) == 2, "a clock that is set back after the restart"


def test_it_waits_until_nothing_runs():
    with Garden(MODULES, restart={"time": "03:30"}) as one:
        one.run(1000000)
        one.play({"0": 300})
        at(one, 2026, 6, 1, 3, 29, 50)
        one.run(200000)
        assert len(one.boots) == 1 and one.open() == [4]
        one.run(200000)
        assert len(one.boots) == 2


def test_without_a_time_or_a_clock_it_does_not_restart():
    with Garden(MODULES) as one:
        one.run(1000000)
        at(one, 2026, 6, 1, 3, 29, 50)
        one.run(200000)
        assert len(one.boots) == 1
    with Garden(MODULES, clock=False, restart={"time": "00:20"}) as one:
        one.run(3600000)
        assert len(one.boots) == 1


def test_a_wrong_time_is_refused():
    with Garden(MODULES, restart={"time": "3:30"}) as one:
        assert one.module("restart").state == "FAILED"
