"""Power cuts of the watering sample: what ran goes on or not, as configured, and no valve gets more than its time."""

# heap: 512K
from garden import Garden, seconds_open, time

from samples.watering.garden.player import Player
from samples.watering.garden.valves import Valves

MODULES = [Valves, Player]


def power_cut(one, away_s):
    """Cut the power for so long."""
    one.cut()
    time.now_ms += away_s * 1000
    one.boot()
    one.run(500)


def test_after_a_power_cut_it_goes_on_and_no_valve_gets_more_than_its_time():
    with Garden(MODULES, player={"save_s": 20}) as one:
        changes = one.watch(4, 27)
        one.play({"0": 100}, {"1": 50})
        one.run(70000)
        power_cut(one, 600)
        assert one.open() == []
        one.run(2000)
        assert one.open() == [4]
        one.run(200000)
        assert 80 <= seconds_open(changes, 4) <= 100
        assert seconds_open(changes, 27) == 50


def test_however_the_notes_fall_a_power_cut_gives_no_valve_more():
    with Garden(MODULES) as one:
        changes = one.watch(4)
        one.play({"0": 60})
        one.run(10)
        for on in (True, False):  # from here on the notes are not in step with the seconds
            one.send("player/pause/set", on)
        one.run(20980)
        opened = changes[-1][0]
        one.cut()
        ran = time.now_ms - opened
        one.boot()
        one.run(100000)
        assert ran + changes[-1][0] - changes[-2][0] <= 60000


def test_a_power_cut_may_end_what_ran():
    with Garden(MODULES, player={"after_power_cut": "drop"}) as one:
        one.play({"0": 100}, {"1": 50})
        one.run(70000)
        power_cut(one, 10)
        one.run(5000)
        assert one.open() == [] and one.get("player/running") == ""
        power_cut(one, 10)
        one.run(5000)
        assert one.open() == []


def test_after_a_long_power_cut_nothing_goes_on():
    with Garden(MODULES, player={"continue_s": 3600}) as one:
        one.play({"0": 100})
        one.run(5000)
        power_cut(one, 4000)
        one.run(100000)
        assert one.open() == [] and one.get("player/running") == ""


def test_without_a_clock_it_waits_until_it_knows_how_long_the_power_was_away():
    with Garden(MODULES) as one:
        one.play({"0": 100})
        one.run(5000)
        one.world.clock.set_by_pc = False
        power_cut(one, 60)
        one.run(300000)
        assert one.open() == [] and "waits for the clock" in one.get("player/info")
        one.world.clock.jump(one.world.clock.utc() - 946684800 - int(time.now_ms - 365000) // 1000)
        one.world.clock.offset = 0
        one.run(2000)
        assert one.open() == [4]


def test_a_pause_outlives_a_power_cut():
    with Garden(MODULES) as one:
        one.play({"0": 100})
        one.send("player/pause/set", True)
        one.run(5000)
        power_cut(one, 60)
        one.run(5000)
        assert one.open() == [] and one.get("player/pause") is True
        one.send("player/pause/set", False)
        one.run(2000)
        assert one.open() == [4]


def test_one_that_never_started_stops_without_a_word():
    player = Player()
    player.stop()
    assert player.current is None


def test_a_broken_file_stops_nobody():
    for text in ("{", "[]", '{"tasks": 3}', '{"current": {"left": 5}}', '{"current": 7, "holds": 8}', ""):
        with Garden(MODULES) as one:
            one.cut()
            with open(one.folder + "/player.json", "w") as f:
                f.write(text)
            one.boot()
            one.run(1000)
            assert one.get("$error/player") is None and one.module("player").state == "RUNNING", text
            one.send("player/stop/set")
            one.play({"0": 5})
            one.run(2000)
            assert one.open() == [4], text


def test_a_number_below_zero_in_the_configuration_is_refused():
    for key in ("continue_s", "save_s", "queue"):
        with Garden(MODULES, player={key: -1}) as one:
            assert one.module("player").state == "FAILED", key
