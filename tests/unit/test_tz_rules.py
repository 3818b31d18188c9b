"""The forms of POSIX TZ strings, times that come twice or never, and texts that are not a zone."""

from plugins.tz import EPOCH_S, Zone, civil, seconds
from support import raises

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"


def changes(zone, year):
    """Both changes of a year, as local (month, day, hour, minute, second) on the clocks from then on."""
    found = []
    now = seconds(year, 1, 1, 12)
    for _ in range(2):
        now = zone.next_change(now)
        found.append(zone.localtime(now)[1:6])
    return found


def test_seconds_and_localtime_agree():
    assert seconds(2000, 1, 1) == 946684800 - EPOCH_S
    assert Zone("UTC0").localtime(seconds(2024, 2, 29, 23, 59, 58)) == (2024, 2, 29, 23, 59, 58, 3, 60)
    assert Zone("UTC0").localtime(seconds(2025, 12, 31))[6:] == (2, 365)
    assert Zone("<-03>3").localtime(seconds(2026, 1, 1))[:6] == (2025, 12, 31, 21, 0, 0)
    assert seconds(2026, 1, 31) + 86400 == seconds(2026, 1, 32) == seconds(2026, 2, 1)


def test_dates_far_apart_are_right():
    assert civil(0) == (1970, 1, 1)
    assert civil(-1) == (1969, 12, 31)
    assert civil(11016) == (2000, 2, 29)
    assert civil(47541) == (2100, 3, 1)


def test_julian_day_has_no_29_february():
    zone = Zone("AAA0BBB,J60/0,J300/0")
    assert changes(zone, 2025) == [(3, 1, 1, 0, 0), (10, 26, 23, 0, 0)]
    assert changes(zone, 2028) == [(3, 1, 1, 0, 0), (10, 26, 23, 0, 0)]


def test_plain_day_counts_29_february_from_zero():
    zone = Zone("AAA0BBB,59/0,300/0")
    assert changes(zone, 2025) == [(3, 1, 1, 0, 0), (10, 27, 23, 0, 0)]
    assert changes(zone, 2028) == [(2, 29, 1, 0, 0), (10, 26, 23, 0, 0)]


def test_fifth_week_means_the_last_one():
    zone = Zone("AAA0BBB,M2.5.0/0,M12.5.6/0")
    assert changes(zone, 2026)[0] == (2, 22, 1, 0, 0)
    assert changes(zone, 2032)[0] == (2, 29, 1, 0, 0)
    assert changes(zone, 2026)[1] == (12, 25, 23, 0, 0)


def test_hours_past_midnight_and_before_it_move_the_day():
    assert changes(Zone("AAA0BBB,M3.1.0/167,M10.1.0/-167"), 2026) == [(3, 8, 0, 0, 0), (9, 27, 0, 0, 0)]


def test_a_change_may_fall_into_the_next_year_or_the_one_before():
    zone = Zone("AAA0BBB,M6.1.0,J365/30")
    assert zone.is_dst(seconds(2027, 1, 1, 4, 59)) and not zone.is_dst(seconds(2027, 1, 1, 5, 0))
    zone = Zone("AAA0BBB,0/-5,J100")
    assert not zone.is_dst(seconds(2026, 12, 31, 18, 59)) and zone.is_dst(seconds(2026, 12, 31, 19))


def test_daylight_saving_all_year_never_changes():
    zone = Zone("XXX3EDT4,0/0,J365/23")
    for month in range(1, 13):
        for day in (1, 31):
            assert zone.offset(seconds(2026, month, day)) == -4 * 3600
    assert zone.next_change(seconds(2026, 7, 1)) is None
    assert Zone("EST5EDT,0/0,J365/25").offset(seconds(2027, 1, 1, 4, 30)) == -4 * 3600


def test_names_in_brackets_and_offsets_with_seconds():
    zone = Zone("<X-1>+1:02:03<Y+2>-2:30:59,M3.1.0,M10.1.0/1:02:03")
    assert zone.offset(seconds(2026, 1, 1)) == -3723 and zone.name(seconds(2026, 1, 1)) == "X-1"
    assert zone.offset(seconds(2026, 7, 1)) == 9059 and zone.name(seconds(2026, 7, 1)) == "Y+2"


def test_daylight_saving_without_rule_goes_as_in_the_united_states():
    assert changes(Zone("EST5EDT"), 2026) == changes(Zone("EST5EDT,M3.2.0,M11.1.0"), 2026)


def test_a_time_that_comes_twice_is_chosen_by_fold():
    zone = Zone(BERLIN)
    local = seconds(2026, 10, 25, 2, 30)
    assert zone.to_utc(local) == seconds(2026, 10, 25, 0, 30)
    assert zone.to_utc(local, 1) == seconds(2026, 10, 25, 1, 30)
    assert zone.to_utc(local - 1801, 1) == zone.to_utc(local - 1801, 0)
    assert zone.to_utc(local + 1800, 1) == zone.to_utc(local + 1800, 0)


def test_a_time_that_is_left_out_moves_by_the_jump():
    zone = Zone(BERLIN)
    local = seconds(2026, 3, 29, 2, 30)
    assert zone.localtime(zone.to_utc(local))[3:5] == (3, 30)
    assert zone.localtime(zone.to_utc(local, 1))[3:5] == (1, 30)


def test_another_epoch_shifts_every_figure():
    zone = Zone(BERLIN)
    shift = 946684800
    zone.epoch_s = EPOCH_S + shift
    summer = seconds(2026, 7, 1, 12)
    assert zone.localtime(summer - shift) == Zone(BERLIN).localtime(summer)
    assert zone.next_change(summer - shift) == Zone(BERLIN).next_change(summer) - shift
    assert zone.to_utc(summer - shift) == Zone(BERLIN).to_utc(summer) - shift


def test_what_is_no_zone_is_refused_with_the_place():
    for text in (
        "",
        "CET",
        "CE-1",
        "<CET-1",
        "<C!T>-1",
        "CET-25",
        "CET-1:60",
        "CET-1CEST,",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,M3.5,M10.5.0",
        "CET-1CEST,J0,J366",
        "CET-1CEST,J1,366",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0,",
        "CET-1 CEST,M3.5.0,M10.5.0",
        ":Europe/Berlin",
        "CET-1CEST,M3.5.0,M10.5.0/00000000003",
    ):
        assert "zone" in str(raises(ValueError, Zone, text)), text
    assert "last line of /usr/share/zoneinfo/Europe/Berlin" in str(raises(ValueError, Zone, "Europe/Berlin"))
    assert "at 13 expected week from 1 to 5" in str(raises(ValueError, Zone, "CET-1CEST,M3.6.0,M10.5.0"))
    raises(ValueError, Zone, None)
