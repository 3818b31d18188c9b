"""The arithmetic of alarms: weekdays, daylight saving, zones, clocks that are wrong."""

import time

from plugins.timers.alarm import Alarm, Utc
from plugins.tz import Zone, seconds

UTC = Utc()
BERLIN = Zone("CET-1CEST,M3.5.0,M10.5.0/3")
HAVANA = Zone("CST5CDT,M3.2.0/0,M11.1.0/1")  # changes at midnight
LORD_HOWE = Zone("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0")  # by half an hour


def moments(alarm, zone, start, end, step=60):
    """Return when it goes off while the clock runs from `start` to `end`."""
    alarm.begin(start, zone)
    found = []
    now = start
    while now < end:
        moment = alarm.take(now, zone)
        if moment is not None:
            found.append(moment)
        now += step
    return found


def local(zone, utc):
    t = time.gmtime(utc + zone.offset(utc))
    return "%d-%02d-%02d %02d:%02d" % (t[0], t[1], t[2], t[3], t[4])


def test_it_comes_once_a_day_at_its_local_time_in_summer_and_winter():
    alarm = Alarm(6 * 3600 + 1800, 127, False)
    found = moments(alarm, BERLIN, seconds(2026, 3, 27, 12), seconds(2026, 3, 31, 12))
    assert [local(BERLIN, m) for m in found] == ["2026-03-%d 06:30" % day for day in (28, 29, 30, 31)]
    found = moments(alarm, BERLIN, seconds(2026, 10, 23, 12), seconds(2026, 10, 26, 12))
    assert [local(BERLIN, m) for m in found] == ["2026-10-%d 06:30" % day for day in (24, 25, 26)]


def test_a_time_that_is_left_out_comes_as_much_later():
    alarm = Alarm(2 * 3600 + 1800, 127, False)
    found = moments(alarm, BERLIN, seconds(2026, 3, 28, 12), seconds(2026, 3, 30, 12))
    assert [local(BERLIN, m) for m in found] == ["2026-03-29 03:30", "2026-03-30 02:30"]


def test_a_time_that_comes_twice_counts_once():
    alarm = Alarm(2 * 3600 + 1800, 127, False)
    found = moments(alarm, BERLIN, seconds(2026, 10, 24, 12), seconds(2026, 10, 26, 12))
    assert found == [seconds(2026, 10, 25, 0, 30), seconds(2026, 10, 26, 1, 30)]


def test_changes_at_midnight_and_by_half_an_hour():
    for zone, day, month in ((HAVANA, 8, 3), (HAVANA, 1, 11), (LORD_HOWE, 5, 4), (LORD_HOWE, 4, 10)):
        for second in (0, 900, 1800, 3599, 3600, 5400, 7200, 84600, 86399):
            alarm = Alarm(second, 127, False)
            start = seconds(2026, month, day) - 2 * 86400 - zone.offset(seconds(2026, month, day))
            found = moments(alarm, zone, start, start + 4 * 86400, 300)
            days = [local(zone, m)[:10] for m in found]
            assert len(found) in (3, 4, 5) and days == sorted(set(days)), (zone.text, second, days)


def test_utc_alarms_know_no_daylight_saving():
    alarm = Alarm(3600, 127, True)
    found = moments(alarm, BERLIN, seconds(2026, 3, 28, 12), seconds(2026, 3, 30, 12))
    assert found == [seconds(2026, 3, 29, 1), seconds(2026, 3, 30, 1)]


def test_days_of_the_week_are_those_of_the_calendar():
    for bit in range(7):
        alarm = Alarm(43200, 1 << bit, False)
        found = moments(alarm, UTC, seconds(2026, 1, 1), seconds(2026, 1, 15), 3600)
        assert [time.gmtime(m)[6] for m in found] == [bit, bit]


def test_the_plan_says_what_comes_next():
    alarm = Alarm(6 * 3600, 1 << 6, False)  # Sundays
    now = seconds(2026, 3, 22, 12)
    alarm.begin(now, BERLIN)
    alarm.plan(now, BERLIN)
    assert local(BERLIN, alarm.at) == "2026-03-29 06:00"
    assert alarm.take(alarm.at - 1, BERLIN) is None
    assert alarm.take(alarm.at, BERLIN) == alarm.at
    alarm.plan(alarm.at, BERLIN)
    assert local(BERLIN, alarm.at) == "2026-04-05 06:00"


def test_a_clock_that_jumps_over_it_lets_it_go_off_once():
    alarm = Alarm(6 * 3600, 127, False)
    alarm.begin(seconds(2026, 5, 1, 5), UTC)
    for hours in (2, 30, 200):
        now = seconds(2026, 5, 1, 5) + hours * 3600
        assert alarm.take(now, UTC) is not None and alarm.take(now, UTC) is None


def test_a_clock_that_is_set_back_does_not_bring_it_again():
    alarm = Alarm(6 * 3600, 127, False)
    alarm.begin(seconds(2026, 5, 1, 5), UTC)
    assert alarm.take(seconds(2026, 5, 1, 6, 30), UTC)
    for minutes in range(10, 30):
        assert alarm.take(seconds(2026, 5, 1, 5, 30) + minutes * 60, UTC) is None
    # Over midnight, too.
    assert alarm.take(seconds(2026, 4, 30, 6, 30), UTC) is None
    assert alarm.take(seconds(2026, 5, 1, 6, 30), UTC) is None
    assert alarm.take(seconds(2026, 5, 2, 6), UTC) == seconds(2026, 5, 2, 6)


def test_a_clock_that_was_years_ahead_does_not_silence_it():
    alarm = Alarm(6 * 3600, 127, False)
    alarm.begin(seconds(2036, 5, 1, 5), UTC)
    assert alarm.take(seconds(2036, 5, 1, 7), UTC)
    assert alarm.take(seconds(2026, 5, 1, 5), UTC) is None
    assert alarm.take(seconds(2026, 5, 1, 6), UTC) == seconds(2026, 5, 1, 6)


def test_another_zone_on_the_same_day_brings_it_once():
    for other in (HAVANA, LORD_HOWE):
        alarm = Alarm(12 * 3600, 127, False)
        alarm.begin(seconds(2026, 5, 1, 5), UTC)
        assert alarm.take(seconds(2026, 5, 1, 12), UTC)
        assert len([1 for h in range(12, 24) if alarm.take(seconds(2026, 5, 1, h), other) is not None]) <= (
            1 if other is LORD_HOWE else 0
        )


def test_a_time_of_day_comes_once_a_day_over_every_change_of_a_year():
    for zone in (BERLIN, HAVANA, LORD_HOWE):
        change = zone.next_change(seconds(2026, 1, 1))
        for _ in range(2):
            start = change - 86400
            for minute in range(0, 1440, 17):
                alarm = Alarm(minute * 60, 127, False)
                alarm.begin(start, zone)
                days = set()
                for now in range(start, start + 2 * 86400, 900):
                    day = alarm.day
                    if alarm.take(now, zone) is not None:
                        assert alarm.day not in days and alarm.day > day
                        days.add(alarm.day)
                assert len(days) in (1, 2, 3) and max(days) - min(days) == len(days) - 1
            change = zone.next_change(change)
