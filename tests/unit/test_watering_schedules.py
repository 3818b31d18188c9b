"""Schedules and programs of the watering sample: each start once, whatever the clock and the power do."""

# heap: 1M
import os

from garden import Garden, time

from plugins.tz import seconds
from samples.watering.garden.program_list import replace
from support import raises

DAY_S = 86400
PROGRAMS = [
    {"id": 1, "name": "Lawn", "active": True, "tasks": [{"0": 60}]},
    {"id": 2, "name": "Beds", "active": True, "tasks": [{"1": 30}, {"2": 30}]},
]


def morning(**more):
    """A schedule at six in the morning."""
    return dict({"id": 1, "name": "Morning", "program": 1, "times": ["06:00"]}, **more)


def garden(*schedules, **config):
    """A garden at midnight of 2026-06-01 in Berlin, with these schedules."""
    one = Garden(**config)
    one.kernel.bus.publish("programs/list/set", PROGRAMS)
    one.run(200)
    one.kernel.bus.publish("schedules/list/set", list(schedules))
    one.run(200)
    to(one, 2026, 6, 1)
    return one


def to(one, *local):
    """Set the board's clock to a local time."""
    now = one.module("tz").zone.to_utc(seconds(*local))
    one.world.clock.jump(now - time.time())
    one.run(1100)


def starts(one):
    """The programs that were played since the last call."""
    return [(value["program"], value["by"]) for value in one.told("$player/play")]


def hours(one, count):
    """Let hours pass, most of them by setting the clock forward a little at a time; returns the starts."""
    found = []
    for _ in range(count * 6):
        one.world.clock.jump(595)
        one.run(5000)
        found += starts(one)
    return found


def test_a_schedule_starts_its_program_at_its_time_once():
    with garden(morning()) as one:
        starts(one)
        assert hours(one, 5) == []
        one.run(3600 * 1000 - 5000)
        assert one.open() == [] and starts(one) == []
        one.run(5000)
        assert one.open() == [4] and starts(one) == [(1, "schedule 1")]
        one.run(61000)
        assert one.open() == []
        assert hours(one, 23) == []
        assert hours(one, 1) == [(1, "schedule 1")]


def test_it_starts_on_its_first_day_however_much_the_bus_has_to_tell_at_boot():
    with garden(morning()) as one:
        one.config["queue"] = 4
        one.cut()
        one.boot()
        one.run(2000)
        starts(one)
        assert one.get("schedules/next") == "2026-01-01T06:00:00+01:00"
        assert hours(one, 5) == [(1, "schedule 1")]


def test_what_is_saved_within_the_minute_starts_nothing_again():
    with garden(morning()) as one:
        to(one, 2026, 6, 1, 5, 59, 58)
        starts(one)
        one.run(5000)
        assert starts(one) == [(1, "schedule 1")]
        one.send("schedules/list/set", [morning(name="Early")])
        one.run(2000)
        one.send("programs/list/set", PROGRAMS[:1] + [dict(PROGRAMS[1], name="Roses")])
        one.run(2000)
        one.send("$tz/zone", "UTC0")
        one.send("$tz/zone", "CET-1CEST,M3.5.0,M10.5.0/3")
        one.run(60000)
        assert starts(one) == []


def test_a_new_schedule_does_not_start_what_is_over():
    with garden() as one:
        to(one, 2026, 6, 1, 6, 0, 30)
        starts(one)
        one.send("schedules/list/set", [morning()])
        assert hours(one, 5) == []


def test_a_clock_that_is_set_back_starts_nothing_twice():
    with garden(morning()) as one:
        to(one, 2026, 6, 1, 5, 59, 30)
        starts(one)
        one.run(120000)
        assert starts(one) == [(1, "schedule 1")]
        for _ in range(3):
            one.world.clock.jump(-600)
            one.run(700000)
        assert starts(one) == []
        assert hours(one, 24) == [(1, "schedule 1")]


def test_a_clock_that_was_far_ahead_does_not_stop_schedules_for_years():
    with garden(morning()) as one:
        to(one, 2036, 1, 1)
        to(one, 2026, 6, 2)
        starts(one)
        assert hours(one, 7) == [(1, "schedule 1")]


def test_a_night_in_which_clocks_change_starts_each_once():
    for month, day in ((3, 29), (10, 25)):
        with garden(morning(times=["02:30", "03:10"])) as one:
            to(one, 2026, month, day - 1, 12)
            starts(one)
            assert hours(one, 24) == [(1, "schedule 1")] * 2, month


def test_a_clock_that_was_never_set_starts_nothing():
    for jump in (0, -946684800):  # 2000, and 1970
        with garden(morning(times=["00:30", "06:00"])) as one:
            one.cut()
            one.world.clock.set_by_pc = False
            one.world.clock.power_on()
            one.world.clock.jump(jump)
            one.boot()
            assert hours(one, 50) == []
            assert one.get("schedules/next") is None


def test_what_was_missed_without_a_clock_starts_when_it_is_not_too_late():
    for missed_s, expected in ((3600, [(1, "schedule 1")]), (600, []), (0, [])):
        with garden(morning(times=["05:00", "06:00"]), schedules={"missed_s": missed_s}) as one:
            to(one, 2026, 6, 1, 4)
            starts(one)
            one.cut()
            one.world.clock.set_by_pc = False
            one.world.clock.power_on()
            one.boot()
            one.run(5000)
            assert starts(one) == []
            to(one, 2026, 6, 1, 6, 30)
            one.run(5000)
            assert starts(one) == expected, missed_s
            assert hours(one, 10) == []


def test_of_several_missed_starts_of_one_schedule_the_last_counts():
    with garden(morning(times=["05:00", "05:30", "06:00"]), schedules={"missed_s": 7200}) as one:
        to(one, 2026, 6, 1, 4)
        starts(one)
        one.world.clock.jump(9000)
        one.run(2000)
        assert starts(one) == [(1, "schedule 1")]


def test_a_power_cut_as_it_starts_does_not_start_it_twice():
    with garden(morning()) as one:
        to(one, 2026, 6, 1, 5, 59, 58)
        starts(one)
        one.run(3000)
        assert starts(one) == [(1, "schedule 1")]
        one.crash()
        one.run(120000)
        assert starts(one) == []


def test_an_inactive_schedule_or_program_does_not_start_and_can_be_played_by_hand():
    with garden(morning()) as one:
        one.send("schedules/1/active/set", False)
        assert one.list("schedules")[0]["active"] is False
        for topic, value in (("1", "no"), ("9", True), ("x", True), ("1", None)):
            one.send("schedules/%s/active/set" % topic, value)
        assert hours(one, 7) == []
        one.send("schedules/1/active/set", True)
        one.send("programs/list/set", [dict(PROGRAMS[0], active=False)])
        one.run(1000)
        assert hours(one, 24) == []
        one.send("programs/1/set")
        assert one.get("player/running") == "Lawn"


def test_all_schedules_can_be_switched_off_and_that_is_kept():
    with garden(morning()) as one:
        one.send("schedules/active/set", False)
        one.crash()
        one.run(1000)
        assert one.get("schedules/active") is False
        starts(one)
        assert hours(one, 7) == []
        one.send("schedules/active/set", True)
        assert hours(one, 2) == [], "what was due meanwhile is over"


def test_rain_leaves_schedules_out():
    with garden(morning()) as one:
        one.kernel.bus.publish("$rain", "rain", True)
        assert hours(one, 7) == []
        one.kernel.bus.publish("$rain", None, True)
        assert hours(one, 1) == []
        assert hours(one, 24) == [(1, "schedule 1")]


def test_the_seasonal_percentage_counts_for_schedules_by_the_month():
    months = [100] * 12
    months[5] = 50
    with garden(morning(), schedules={"months": months}) as one:
        one.send("schedules/percent/set", 150)
        to(one, 2026, 6, 1, 5, 59, 58)
        one.told("")
        one.run(3000)
        assert one.told("$player/play")[0]["tasks"] == [{"0": 45}]
        one.run(60000)
        one.send("programs/1/set")
        assert one.told("$valves/begun")[-1]["ms"] == 60000, "by hand it is what the program says"
        one.crash()
        one.run(1000)
        assert one.get("schedules/percent") == 150


def test_the_next_start_is_told():
    with garden(morning()) as one:
        one.run(2000)
        assert one.get("schedules/next") == "2026-06-01T06:00:00+02:00"
        to(one, 2026, 6, 1, 6, 0, 1)
        one.run(2000)
        assert one.get("schedules/next") == "2026-06-02T06:00:00+02:00"
        one.send("schedules/list/set", [])
        one.run(2000)
        assert one.get("schedules/next") is None


def test_what_is_saved_survives_a_power_cut_and_what_is_wrong_changes_nothing():
    with garden(morning()) as one:
        for value in (None, [], {}, [morning(program=9)], [morning(times=["6:0"])], [morning(), morning()]):
            if value != []:
                one.send("schedules/list/set", value)
        for value in (None, {}, [{"id": 1, "name": "x", "tasks": [{"9": 5}]}], [{"id": 1}]):
            one.send("programs/list/set", value)
        one.cut()
        one.boot()
        one.run(1000)
        assert [schedule["name"] for schedule in one.list("schedules")] == ["Morning"]
        assert one.list("programs") == PROGRAMS
        assert one.module("schedules").state == one.module("programs").state == "RUNNING"


def test_broken_files_stop_nobody():
    for text in ("{", '{"upto": "x", "started": [[1]], "active": 3, "percent": 900}', '{"percent": "x"}'):
        with garden(morning()) as one:
            one.cut()
            for name in ("started.json", "schedules.json"):
                with open(one.folder + "/" + name, "w") as f:
                    f.write(text)
            one.boot()
            one.run(5000)
            assert one.get("$error/schedules") is None and one.module("schedules").state == "RUNNING", text
            assert one.get("schedules/active") is True and one.get("schedules/percent") == 100


def test_buttons_follow_the_list_of_programs():
    with garden(morning()) as one:
        assert set(one.module("programs").properties) == {"1", "2"}
        one.send("programs/list/set", PROGRAMS[1:] + [dict(PROGRAMS[0], id=7)])
        one.run(1000)
        assert set(one.module("programs").properties) == {"2", "7"}
        assert one.get("$describe/programs/1") is None


def test_a_program_takes_a_list_of_seconds_too():
    with garden() as one:
        programs = one.module("programs")
        replace(programs, [{"id": 3, "name": "All", "tasks": [[10, 0, 20]]}])
        assert one.list("programs")[0]["tasks"] == [{"0": 10, "2": 20}]
        raises(ValueError, replace, programs, [{"id": 3, "name": "All", "tasks": [[1, 2, 3, 4, 5]]}])
        raises(ValueError, replace, programs, [{"id": 3, "name": "All", "tasks": [{"0": 90000}]}])


def test_what_was_removed_keeps_nobody_from_editing_the_rest():
    with garden(morning(), morning(id=2, program=2)) as one:
        one.send("programs/list/set", [dict(PROGRAMS[0], tasks=[{"0": 60, "3": 60}]), PROGRAMS[1]])
        one.run(200)
        config = one.kernel.config["valves"]["valves"]
        one.kernel.reconfigure("valves", {"valves": config[:3]})
        one.run(200)
        found = one.list("programs")
        found[1]["name"] = "Roses"
        one.send("programs/list/set", found)
        one.run(200)
        assert [program["name"] for program in one.list("programs")] == ["Lawn", "Roses"]
        assert one.list("programs")[0]["tasks"] == [{"0": 60, "3": 60}], "it is still shown"
        one.send("programs/list/set", [dict(PROGRAMS[0], tasks=[{"77": 60}])])
        assert len(one.list("programs")) == 2, "one that there never was"
        one.send("programs/list/set", found[:1])
        one.run(200)
        schedules = one.list("schedules")
        schedules[0]["name"] = "Early"
        one.send("schedules/list/set", schedules)
        one.run(200)
        assert [schedule["name"] for schedule in one.list("schedules")] == ["Early", "Morning"]


def test_a_percentage_of_nothing_starts_nothing_and_is_told():
    with garden(morning(), schedules={"months": [100] * 5 + [0] * 7}) as one:
        to(one, 2026, 6, 1, 5, 59, 55)
        one.told("")
        one.run(10000)
        skipped = [value for topic, value in one.take("$player") if topic == "$player/skipped"]
        assert [value["why"] for value in skipped] == ["the seasonal percentage is 0"]
        assert one.open() == []


def test_a_program_that_is_gone_or_a_valve_that_is_gone_is_told_and_harms_nobody():
    with garden(morning()) as one:
        one.send("programs/list/set", PROGRAMS[1:])
        one.run(1000)
        one.told("")
        assert hours(one, 7) == []
        assert one.module("schedules").state == "RUNNING"


def boot_with(one, name, text):
    """Cut the power, put a text in the place of a file, and boot; returns what the log says of it."""
    one.cut()
    with open("%s/%s" % (one.folder, name), "w") as f:
        f.write(text)
    one.config["log"] = {"level": "error"}
    one.boot()
    said = []
    one.kernel.bus.subscribe("$log/#", lambda topic, value: said.append(str(value)))
    one.run(1000)
    one.config["log"] = {"level": "critical"}
    return " ".join(said)


def test_a_broken_list_is_set_aside_and_its_last_good_copy_counts():
    program = '{"version": 3, "programs": [{"id": 1, "name": "Lawn", "active": true, "tasks": [%s]}]}'
    for name, text, where in (
        (
            "programs",
            '{"version": 3,\n "programs": [\n  {"id": 1 "name": "x"}]}',
            "no JSON in line 3, column 12",
        ),
        ("programs", "", "ends too early, in line 1"),
        ("programs", "[1]", "is not an object"),
        ("programs", '{"programs": 5}', "takes a list"),
        ("programs", '{"programs": [7]}', "program 0: takes an object, not 7"),
        ("programs", '{"programs": [{"id": 1, "name": ""}]}', "program 0: name takes text of 1 to 40"),
        ("programs", program % '{"0": -5}', "program 0, task 0: valve 0 takes seconds from 0 to 86400"),
        ("programs", program % '{"x": 5}', "program 0, task 0: a valve is a number from 0 to 254, not 'x'"),
        ("programs", '{"program": []}', "no key 'program'; have version programs"),
        ("schedules", '{"schedules": [{"id": 1}]}', "schedule 0: program takes a number"),
        ("schedules", '{"schedules": [\n\n{"id": 1,}}', "no JSON in line 3, column 11"),
    ):
        with garden(morning()) as one:
            said = boot_with(one, name + ".json", text)
            assert name + ".json is broken" in said and where in said, (text, said)
            assert "using the last good copy" in said
            assert one.module(name).state == "RUNNING" and one.list("programs") == PROGRAMS
            assert [schedule["name"] for schedule in one.list("schedules")] == ["Morning"]
            with open("%s/%s.json.bad" % (one.folder, name)) as f:
                assert f.read() == text, "it can be mended"
            one.crash()
            one.run(1000)
            assert one.list("programs") == PROGRAMS, "it is the file again"


def test_without_a_good_copy_a_broken_list_is_empty_until_somebody_saves_one():
    with garden(morning()) as one:
        for text in ('{"programs": 5}', "{"):
            os.remove(one.folder + "/programs.json.good")
            said = boot_with(one, "programs.json", text)
            assert "there are no programs until somebody saves some" in said, said
            assert one.module("programs").state == "RUNNING" and one.list("programs") == []
            one.send("programs/list/set", PROGRAMS)
            one.run(1000)
            assert one.list("programs") == PROGRAMS
