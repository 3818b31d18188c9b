"""The calendar of schedules in the watering sample: pure figures."""

# heap: 1M

import gc
import time

from plugins.tz import Zone, seconds
from samples.watering.garden.calendar import date, falls_on, minute, moments
from samples.watering.garden.queue import duration_s
from samples.watering.garden.schedule_checks import schedules
from support import on_micropython, raises

BERLIN = Zone("CET-1CEST,M3.5.0,M10.5.0/3")
DAY_S = 86400


def schedule(**given):
    """A schedule with what `given` says over the defaults."""
    found = {"id": 1, "name": "Morning", "program": 1, "times": ["06:00"]}
    found.update(given)
    return schedules([found])[0]


def texts(one, zone=BERLIN, year=2026, month=1, day=1, days=365):
    """The local times at which a schedule starts within `days` days."""
    start = zone.to_utc(seconds(year, month, day))
    return [text for _, _, text in moments([one], zone, start - 1, start + days * DAY_S - 1)]


def dates(one, **more):
    return [text[5:10] for text in texts(one, **more)]


def test_it_starts_at_its_times_on_its_days():
    one = schedule(times=["20:30", "06:00"], dow=[0, 1, 0, 0, 0, 0, 0])
    assert texts(one, days=14) == [
        "2026-01-05 06:00", "2026-01-05 20:30", "2026-01-12 06:00", "2026-01-12 20:30",
    ]  # fmt: skip


def test_odd_and_even_days_of_the_month():
    assert dates(schedule(days="odd"), month=1, day=29, days=7) == ["01-29", "01-31", "02-01", "02-03"]
    assert dates(schedule(days="even"), month=1, day=29, days=7) == ["01-30", "02-02", "02-04"]


def test_every_n_days_counts_from_its_first_day():
    one = schedule(every=3, **{"from": "2026-01-05"})
    assert dates(one, days=14) == ["01-05", "01-08", "01-11", "01-14"]
    # Over the end of a month, of February and of a year without a hitch.
    found = texts(schedule(every=5, **{"from": "2026-01-03"}), days=800)
    assert len(found) == 160 and found[-1] == "2028-03-08 06:00"


def test_from_and_to_are_the_first_and_the_last_day():
    one = schedule(**{"from": "2026-01-05", "to": "2026-01-07"})
    assert dates(one) == ["01-05", "01-06", "01-07"]
    assert texts(schedule(to="2025-12-31")) == []


def test_dates_without_a_year_come_again_each_year():
    one = schedule(**{"from": "12-30", "to": "01-02"})
    assert dates(one, days=365) == ["01-01", "01-02", "12-30", "12-31"]
    assert len(texts(schedule(**{"from": "05-01", "to": "09-30"}), days=730)) == 2 * 153
    assert dates(schedule(every=2, **{"from": "05-01", "to": "05-05"}), days=365) == [
        "05-01",
        "05-03",
        "05-05",
    ]


def test_an_inactive_one_never_starts():
    assert texts(schedule(active=False)) == []


def test_a_time_that_summer_time_leaves_out_comes_as_much_later_and_once():
    one = schedule(times=["02:30"])
    start = BERLIN.to_utc(seconds(2026, 3, 28, 12))
    found = list(moments([one], BERLIN, start, start + 2 * DAY_S))
    assert [BERLIN.localtime(at)[2:5] for at, _, _ in found] == [(29, 3, 30), (30, 2, 30)]
    assert [text for _, _, text in found] == ["2026-03-29 02:30", "2026-03-30 02:30"]


def test_a_time_that_comes_twice_starts_the_first_time_only():
    one = schedule(times=["02:30"])
    start = BERLIN.to_utc(seconds(2026, 10, 24, 12))
    found = list(moments([one], BERLIN, start, start + 2 * DAY_S))
    assert [(BERLIN.localtime(at)[2:5], BERLIN.is_dst(at)) for at, _, _ in found] == [
        ((25, 2, 30), True),
        ((26, 2, 30), False),
    ]


def test_the_day_is_the_local_one_in_every_zone():
    for name in ("<+14>-14", "<-12>12", "<+0545>-5:45", "UTC0"):
        zone = Zone(name)
        for text in ("00:00", "23:59"):
            one = schedule(times=[text], dow=[0, 0, 0, 1, 0, 0, 0])
            start = zone.to_utc(seconds(2026, 1, 1))
            for at, _, _ in moments([one], zone, start, start + 30 * DAY_S):
                local = zone.localtime(at)
                assert local[6] == 2 and "%02d:%02d" % local[3:5] == text, (name, text)


def test_a_span_of_time_holds_its_end_and_not_its_beginning():
    at = BERLIN.to_utc(seconds(2026, 1, 5, 6))
    one = schedule()
    assert len(list(moments([one], BERLIN, at - 1, at))) == 1
    assert list(moments([one], BERLIN, at, at + 3600)) == []
    assert list(moments([one], BERLIN, at - 3600, at - 1)) == []


def test_starts_of_several_schedules_come_in_order():
    found = schedules(
        [
            {"id": 1, "name": "A", "program": 1, "times": ["07:00"]},
            {"id": 2, "name": "B", "program": 1, "times": ["06:00", "08:00"]},
        ]
    )
    start = BERLIN.to_utc(seconds(2026, 1, 1))
    assert [id for _, id, _ in moments(found, BERLIN, start, start + DAY_S)] == [2, 1, 2]


def test_what_summer_time_shifts_past_midnight_comes_in_order():
    zone = Zone("AAA0BBB,M3.5.0/23:30,M10.5.0")  # on 29 March 2026 half past eleven is half past midnight
    start = zone.to_utc(seconds(2026, 3, 29, 12))
    listed = [schedule(id=1, times=["00:40", "23:45", "23:20"]), schedule(id=2, times=["00:50", "23:30"])]
    found = list(moments(listed, zone, start, start + DAY_S))
    assert [(id, text) for _, id, text in found] == [
        (1, "2026-03-29 23:20"),
        (2, "2026-03-29 23:30"),
        (1, "2026-03-30 00:40"),
        (1, "2026-03-29 23:45"),
        (2, "2026-03-30 00:50"),
    ]
    assert [at for at, _, _ in found] == sorted([at for at, _, _ in found])
    later = list(moments(listed, zone, found[2][0], start + DAY_S))
    assert later == found[3:], "whenever one looks"


@on_micropython
def test_the_longest_list_of_schedules_takes_little_memory():
    times = ["%02d:00" % hour for hour in range(8)]
    listed = [schedule(id=id, times=times) for id in range(1, 33)]
    start = BERLIN.to_utc(seconds(2026, 6, 1))
    gc.collect()
    before = gc.mem_alloc()
    found = moments(listed, BERLIN, start - 1, start + 31 * DAY_S - 1)
    next(found)
    gc.collect()
    assert gc.mem_alloc() - before < 5000
    assert 1 + sum([1 for _ in found]) == 31 * 32 * 8


def test_dates_and_times_are_read_strictly():
    assert date("2026-02-28") == (2026, 2, 28) and date("02-29") == (0, 2, 29)
    assert minute("00:00") == 0 and minute("23:59") == 1439
    for text in ("2026-02-29", "2026-13-01", "2026-00-10", "26-1-1", "2026-1-01", "1969-01-01", "xx-yy", "",
                 "02-30", "2026/01/01", "2026-05--1", "+026-01-01"):  # fmt: skip
        raises(ValueError, date, text)
    for text in ("9:5", "24:00", "12:60", "1200", "", "aa:bb", "12:3a", "-1:00", "06:00:00"):
        raises(ValueError, minute, text)


def test_a_task_lasts_as_long_as_its_longest_valve_and_longer_when_valves_take_turns():
    tasks = [{"0": 10, "1": 30}, {"2": 5}, {}]
    assert duration_s(tasks) == 35
    assert duration_s(tasks, 50) == 17
    assert duration_s(tasks, at_once=1) == 45
    assert duration_s([{"0": 10, "1": 20, "2": 30, "3": 5}], at_once=2) == 40


def test_schedules_are_checked():
    good = {"id": 1, "name": "A", "program": 1, "times": ["06:00"]}
    assert schedules([{"id": 1, "name": "A", "program": 1, "time": "06:00"}])[0]["times"] == ["06:00"]
    for change, words in (
        ({"id": 0}, "id takes"), ({"id": True}, "id takes"), ({"program": "x"}, "program takes"),
        ({"name": ""}, "name takes"), ({"name": "x" * 41}, "name takes"), ({"active": 1}, "active takes"),
        ({"times": "06:00"}, "times takes"), ({"times": ["9:5"]}, "not a time of day"), ({"times": [5]}, "times takes"),
        ({"times": ["06:00", "06:00"]}, "twice"), ({"dow": [1] * 6}, "dow takes"), ({"dow": [2] * 7}, "dow takes"),
        ({"days": "some"}, "days takes"), ({"every": 0}, "every takes"), ({"every": 1.5}, "every takes"),
        ({"from": "2026-02-30"}, "not a date"), ({"to": 5}, "schedule 0"), ({"nmae": 1}, "no key 'nmae'"),
        ({"from": "2026-05-01", "to": "2026-04-01"}, "to is before from"),
        ({"from": "05-01", "to": "2026-06-01"}, "both"),
    ):  # fmt: skip
        error = raises(ValueError, schedules, [dict(good, **change)])
        assert words in str(error), (change, error)
    assert "twice" in str(raises(ValueError, schedules, [good, good]))
    raises(ValueError, schedules, {})
    raises(ValueError, schedules, [dict(good, id=i + 1) for i in range(33)])


def test_a_day_is_found_by_its_local_midnight():
    midnight = seconds(2026, 2, 28)
    assert time.gmtime(midnight)[3:6] == (0, 0, 0)
    assert falls_on(schedule(dow=[0, 0, 0, 0, 0, 0, 1]), midnight)
    assert not falls_on(schedule(dow=[1, 1, 1, 1, 1, 1, 0]), midnight)
