"""The history of the watering sample: what ran, why, for how long, in files of bounded size."""

# heap: 512K
import os

from garden import Garden, time

from samples.watering.garden.flow import Flow
from samples.watering.garden.history import History
from samples.watering.garden.player import Player
from samples.watering.garden.records import SIZE, all_since, append, newest, now_s, segments, skipped
from samples.watering.garden.rest_history import quoted
from samples.watering.garden.valves import Valves

MODULES = [Valves, Player, Flow, History]


def runs(one, since=0):
    """All records, but for their starts."""
    return [record[1:] for record in all_since(one.folder, since)]


def test_each_run_is_noted_with_its_cause_and_its_litres():
    with Garden(MODULES, flow={"pin": 35, "ratio": 0.01}) as one:
        one.play({"0": 20}, by="schedule 7", program=3)
        one.world.pins.pulse(35, 200, 10)
        one.run(30000)
        one.send("valves/run/set", {"1": 10})
        one.run(4000)
        one.send("valves/1/set", False)
        found = runs(one)
        assert found[0][:6] == (0, "done", 3, "schedule 7", 20, 0) and abs(found[0][6] - 4) < 0.5
        assert found[1] == (1, "hand", 0, "hand", 4, 6, 0)
        starts = [record[0] for record in all_since(one.folder, 0)]
        assert 1767225600 <= starts[0] <= starts[1]
        assert runs(one, starts[1]) == found[1:]


def test_what_cut_a_run_short_is_noted():
    with Garden(MODULES) as one:
        for end in ("pause", "alarm", "direct"):
            one.play({"0": 100})
            one.run(5000)
            if end == "pause":
                one.send("player/pause/set", True)
                one.send("player/stop/set")
                one.send("player/pause/set", False)
            elif end == "alarm":
                one.kernel.bus.publish("$alarm/x", "burst", True)
                one.run()
                one.send("player/stop/set")
                one.kernel.bus.publish("$alarm/x", None, True)
                one.run()
            else:
                one.send("valves/run/set", {"2": 1})
                one.run(2000)
                one.send("player/stop/set")
        ends = [record[1] for record in runs(one) if record[0] == 0]
        assert ends == ["pause", "alarm", "direct", "end"]


def test_a_power_cut_is_noted_as_the_end_of_what_ran():
    with Garden(MODULES) as one:
        one.play({"0": 100}, by="schedule 2")
        one.run(45000)
        one.cut()
        one.boot()
        one.run(2000)
        found = runs(one)[0]
        assert found[1] == "power" and found[3] == "schedule 2" and 40 <= found[4] <= 61


def test_what_was_left_out_is_noted():
    with Garden(MODULES) as one:
        one.send("player/pause/set", True)
        one.play({"0": 5}, by="schedule 4", program=9)
        assert runs(one)[-1] == (255, "paused", 9, "schedule 4", 0, 0, 0)


def test_it_keeps_a_year_and_no_more():
    with Garden(MODULES, history={"segments": 2}) as one:
        history = one.module("history")
        record = skipped({"program": 1, "by": "hand", "why": "rain"})
        history.size = 2047 * SIZE
        with open(one.folder + "/runs-0.bin", "wb") as f:
            f.write(record * 2047)
        for _ in range(3):
            append(history, record)
        assert segments(one.folder) == [0, 1]
        history.size = 2048 * SIZE
        append(history, record)
        assert segments(one.folder) == [1, 2]
        sizes = [os.stat("%s/runs-%d.bin" % (one.folder, n))[6] for n in (1, 2)]
        assert sizes == [2 * SIZE, SIZE]
        one.crash()
        one.run(500)
        assert (one.module("history").number, one.module("history").size) == (2, SIZE)


def test_a_torn_record_is_passed_over():
    with Garden(MODULES) as one:
        record = skipped({"program": 1, "by": "hand", "why": "rain"})
        for torn in range(1, SIZE):
            path = one.folder + "/runs-0.bin"
            with open(path, "wb") as f:
                f.write(record * 2 + record[:torn])
            number, size = newest(one.folder)
            assert size == 3 * SIZE
            history = one.module("history")
            history.number, history.size = number, size
            append(history, record)
            assert len(runs(one)) == 3, torn


def test_a_run_by_hand_that_a_power_cut_ended_has_its_start_cause_and_litres():
    with Garden(MODULES, flow={"pin": 35, "ratio": 0.01}) as one:
        one.send("valves/run/set", {"1": 300})
        began = now_s()
        one.world.pins.pulse(35, 200, 10)
        one.run(65000)
        for _ in range(2):  # the second time nothing was open
            one.cut()
            time.now_ms += 3600000
            one.boot()
            one.run(2000)
        assert len(runs(one)) == 1
        found = list(all_since(one.folder, 0))[0]
        assert abs(found[0] - began) <= 1 and found[1:5] == (1, "power", 0, "hand")
        assert 45 <= found[5] <= 65 and 299 <= found[5] + found[6] <= 300 and abs(found[7] - 4) < 0.5


def test_what_was_open_at_a_restart_or_a_failure_has_its_record_once():
    with Garden(MODULES) as one:
        one.send("valves/run/set", {"1": 300, "2": 300})
        one.run(50000)
        one.kernel.reconfigure("history")
        one.run(10000)
        one.send("valves/1/set", False)
        assert runs(one) == [(1, "hand", 0, "hand", 60, 240, 0)], "its start was noted"
        one.kernel.end()
        one.crash()
        one.run(2000)
        assert [record[:2] for record in runs(one)] == [(1, "hand"), (2, "stop")]
        one.send("valves/run/set", {"1": 300})
        one.run(50000)
        one.kernel.fault(one.module("history"), RuntimeError("broken"))
        one.run(5000)
        assert [record[:2] for record in runs(one)][2:] == [(1, "fault")]
        one.cut()
        # The power went after the record was written, and before that was noted.
        start = list(all_since(one.folder, 0))[2][0]
        with open(one.folder + "/runs-open.json", "w") as f:
            f.write('{"open": {"1": [%d, 0, "hand", 300000, 50000]}, "why": "power"}' % start)
        one.boot()
        one.run(2000)
        assert len(runs(one)) == 3


def test_a_broken_note_stops_nobody():
    for text in ("{", '{"open": 5}', '{"open": {"x": [1]}}', '{"open": {"1": ["a", "b", 5, 6, 7]}}'):
        with Garden(MODULES) as one:
            one.cut()
            with open(one.folder + "/runs-open.json", "w") as f:
                f.write(text)
            one.boot()
            one.run(500)
            one.send("valves/run/set", {"1": 3})
            one.run(5000)
            assert one.module("history").state == "RUNNING" and len(runs(one)) == 1, text


def test_a_name_in_the_table_is_text_whatever_it_looks_like():
    for name, cell in (
        ("Lawn", "Lawn"),
        ("=1+2", "'=1+2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ('-"x"', '"\'-""x"""'),
        ("a,b", '"a,b"'),
        ("a\rb", '"a\rb"'),
    ):
        assert quoted(name) == cell, name
