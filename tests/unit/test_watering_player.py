"""The player of the watering sample with the valves: seen from their pins, over pauses, faults and power cuts."""

# heap: 512K
from garden import Garden, seconds_open, time

from modcore import Module, Refused
from samples.watering.garden.player import Player
from samples.watering.garden.programs import Programs
from samples.watering.garden.valves import Valves
from support import raises

MODULES = [Valves, Player]


def test_each_valve_closes_at_its_own_end_and_tasks_follow_each_other():
    with Garden(MODULES) as one:
        changes = one.watch(4, 27, 16)
        start = time.now_ms
        one.play({"0": 10, "1": 30}, {"2": 5})
        one.run(60000)
        seen = [(round((ms - start) / 1000), pin, level) for ms, pin, level in changes]
        assert seen == [(0, 4, 1), (0, 27, 1), (10, 4, 0), (30, 27, 0), (30, 16, 1), (35, 16, 0)]
        assert one.get("player/running") == "" and one.get("player/left") == 0


def test_valves_are_punctual():
    with Garden(MODULES) as one:
        changes = one.watch(4, 27)
        one.play({"0": 3600, "1": 7}, {"1": 61})
        one.run(3700000)
        assert [ms for ms, _, level in changes if not level] == [
            changes[0][0] + 7000,
            changes[0][0] + 3600000,
            changes[4][0] + 61000,
        ]


def test_it_says_what_runs_what_is_left_and_what_waits():
    with Garden(MODULES) as one:
        one.play({"0": 100}, {"1": 50})
        assert one.get("player/running") == "Lawn"
        assert one.get("player/left") == 100
        one.run(60500)
        assert 39 <= one.get("player/left") <= 50


def test_pause_and_resume_keep_the_seconds_twice_too():
    with Garden(MODULES) as one:
        changes = one.watch(4)
        one.play({"0": 60})
        one.run(10000)
        for _ in range(2):
            one.send("player/pause/set", True)
        assert one.open() == []
        one.run(500000)
        assert one.open() == []
        for _ in range(2):
            one.send("player/pause/set", False)
        assert one.open() == [4]
        one.run(10000)
        one.send("player/pause/set", True)
        one.run(1000)
        one.send("player/pause/set", False)
        one.run(100000)
        assert seconds_open(changes, 4) == 60


def test_a_resume_without_a_pause_starts_nothing_anew():
    with Garden(MODULES) as one:
        changes = one.watch(4)
        one.play({"0": 60})
        one.run(30000)
        one.send("player/pause/set", False)
        one.run(100000)
        assert seconds_open(changes, 4) == 60


def test_a_change_of_the_clock_changes_no_run():
    with Garden(MODULES) as one:
        changes = one.watch(4, 27)
        one.play({"0": 60, "1": 90})
        for jump in (3600, -7200, 86400 * 365, -86400 * 366):
            one.run(5000)
            one.world.clock.jump(jump)
        one.run(100000)
        assert seconds_open(changes, 4) == 60 and seconds_open(changes, 27) == 90


def test_skip_ends_a_task_and_stop_ends_all():
    with Garden(MODULES) as one:
        one.play({"0": 60}, {"1": 60}, {"2": 60})
        one.send("player/skip/set")
        assert one.open() == [27]
        one.send("player/stop/set")
        assert one.open() == [] and one.module("player").tasks == []
        one.run(100000)
        assert one.open() == []
        one.play({"0": 60})
        one.send("valves/run/set", {"1": 60})
        assert one.open() == [27]
        one.send("player/stop/set")
        one.run(100000)
        assert one.open() == [] and one.get("player/info") == "", "what is open by hand, too"


def test_what_somebody_opens_right_after_a_stop_stays_open():
    with Garden(MODULES + [Programs]) as one:
        ask = one.kernel.bus.ask
        one.play({"0": 60})
        one.run(1000)
        ask("player/stop/set")
        ask("valves/run/set", {"1": 60})  # within the same turn
        one.run(5000)
        assert one.open() == [27] and not one.get("player/running")
        ask("player/stop/set")
        one.kernel.bus.publish("programs/list/set", [{"id": 1, "name": "Lawn", "tasks": [{"0": 60}]}])
        one.run(1000)
        ask("programs/play", 1)
        ask("player/stop/set")  # it was not even open yet
        one.run(5000)
        assert one.open() == [] and not one.get("player/running")


def test_a_full_queue_is_told_to_who_asked():
    with Garden(MODULES + [Programs], player={"queue": 1}) as one:
        one.kernel.bus.publish("programs/list/set", [{"id": 1, "name": "Lawn", "tasks": [{"0": 60}]}])
        one.run(1000)
        for _ in range(2):  # one runs, one waits
            one.kernel.bus.ask("programs/play", 1)
        why = raises(Refused, one.kernel.bus.ask, "programs/play", 1)
        assert str(why) == "Lawn: the queue is full: 1 tasks may wait"
        why = raises(Refused, one.kernel.bus.ask, "programs/1/set")
        assert "full" in str(why) and one.module("programs").state == "RUNNING", "the button, too"


def test_a_waiting_task_is_taken_out():
    with Garden(MODULES) as one:
        one.play({"0": 5}, {"1": 5}, {"2": 5})
        for index in (0, 7, -1, True, "0", None):
            one.send("player/remove/set", index)
        assert len(one.module("player").tasks) == 1
        one.run(5500)
        assert one.open() == [16]


def test_opening_by_hand_pauses_it_and_it_goes_on_by_itself():
    with Garden(MODULES) as one:
        changes = one.watch(4)
        one.play({"0": 60})
        one.run(20000)
        one.send("valves/run/set", {"2": 30})
        assert one.open() == [16]
        assert "by hand" in one.get("player/info")
        one.run(29000)
        assert one.open() == [16]
        one.run(2000)
        assert one.open() == [4] and one.get("player/info") == ""
        one.run(100000)
        assert seconds_open(changes, 4) == 60


def test_opening_by_hand_may_pause_it_until_somebody_resumes():
    with Garden(MODULES, player={"resume_after_direct": False}) as one:
        one.play({"0": 60})
        one.send("valves/run/set", {"2": 3})
        one.run(10000)
        assert one.open() == [] and one.get("player/pause") is True
        one.send("player/pause/set", False)
        assert one.open() == [4]


def test_who_closes_a_valve_by_hand_does_not_get_its_rest():
    with Garden(MODULES) as one:
        one.play({"0": 60, "1": 20}, {"2": 5})
        one.send("valves/0/set", False)
        assert one.open() == [27]
        one.run(21000)
        assert one.open() == [16]
        one.run(6000)
        assert one.open() == []


def test_more_valves_than_may_be_open_take_turns():
    with Garden(MODULES, valves={"at_once": 2}) as one:
        changes = one.watch(4, 27, 16, 17)
        one.play({"0": 10, "1": 20, "2": 30, "3": 5})
        assert one.get("player/left") == 40
        open_now = worst = 0
        one.run(60000)
        for _, _, level in changes:
            open_now += 1 if level else -1
            worst = max(worst, open_now)
        assert worst == 2
        assert [seconds_open(changes, pin) for pin in (4, 27, 16, 17)] == [10, 20, 30, 5]


def test_unknown_and_disabled_valves_are_left_out_and_told():
    valves = [{"id": 0, "pin": 4, "name": "Lawn"}, {"id": 1, "pin": 27, "name": "Beds", "disabled": True}]
    with Garden(MODULES, valves={"valves": valves}) as one:
        one.play({"0": 5, "1": 50, "9": 50})
        one.run(6000)
        assert one.open() == [] and one.get("player/running") == ""


def test_an_alarm_holds_it_and_it_goes_on_when_that_was_reset():
    with Garden(MODULES) as one:
        changes = one.watch(4)
        one.play({"0": 60})
        one.run(20000)
        one.kernel.bus.publish("$alarm/flow", "burst", True)
        one.run(100000)
        assert one.open() == [] and "alarm" in one.get("player/info")
        one.kernel.bus.publish("$alarm/flow", None, True)
        one.run(100000)
        assert seconds_open(changes, 4) == 60


class Fragile(Module):
    """Fails when asked to."""

    def start(self):
        self.listen("fail", self.fail)

    def fail(self, topic, value):
        raise RuntimeError("broken")


def test_after_the_failure_of_another_module_it_goes_on():
    with Garden(MODULES + [Fragile]) as one:
        changes = one.watch(4)
        one.play({"0": 60})
        one.run(20000)
        one.send("fail")
        one.run(10)
        assert one.open() == []
        one.run(100000)
        assert seconds_open(changes, 4) == 60


def test_its_own_failure_closes_all_and_it_goes_on_with_what_was_left():
    with Garden(MODULES) as one:
        changes = one.watch(4)
        one.play({"0": 60})
        one.run(20000)
        one.kernel.fault(one.module("player"), RuntimeError("broken"))
        one.run(10)
        assert one.open() == []
        one.run(100000)
        assert seconds_open(changes, 4) == 60


def test_the_valves_restarted_keep_what_was_left():
    with Garden(MODULES) as one:
        changes = one.watch(4)
        one.play({"0": 60})
        one.run(20000)
        one.kernel.move("valves", "STOPPED")
        assert one.open() == []
        one.run(50000)
        one.kernel.move("valves", "RUNNING")
        one.run(100000)
        assert seconds_open(changes, 4) == 60


def test_little_is_written_while_it_runs():
    with Garden(MODULES, player={"save_s": 20}) as one:
        import samples.watering.garden.files as module

        real = module.save
        writes = []
        module.save = lambda path, *value: writes.append(path) or real(path, *value)
        try:
            one.play({"0": 600})
            one.run(700000)
            assert 28 <= len(writes) <= 36, len(writes)
            del writes[:]
            one.run(3600000)
            assert writes == [], "at rest"
        finally:
            module.save = real


def test_what_begins_with_a_reason_is_dropped_on_demand():
    with Garden(MODULES) as one:
        one.play({"0": 60}, by="schedule 1")
        one.play({"1": 60})
        one.send("$player/drop", "schedule")
        assert one.open() == [27]


def test_a_schedule_starts_nothing_while_a_person_has_paused_it():
    with Garden(MODULES) as one:
        one.send("player/pause/set", True)
        one.play({"0": 60}, by="schedule 1")
        one.send("player/pause/set", False)
        assert one.open() == []
        assert "paused" in one.told("$player/skipped")[0]["why"]
