"""Zones against a table made from tzdata: the second before and the second of each change in 2026."""

from plugins.tz import EPOCH_S, Zone

# TZ string, then per change: UTC second from 1970, offset and name just before, offset and name from then on.
TABLE = (
    (
        "CET-1CEST,M3.5.0,M10.5.0/3",  # Europe/Berlin
        (1774746000, 3600, "CET", 7200, "CEST"),
        (1792890000, 7200, "CEST", 3600, "CET"),
    ),
    (
        "GMT0BST,M3.5.0/1,M10.5.0",  # Europe/London
        (1774746000, 0, "GMT", 3600, "BST"),
        (1792890000, 3600, "BST", 0, "GMT"),
    ),
    (
        "IST-1GMT0,M10.5.0,M3.5.0/1",  # Europe/Dublin: its winter is the saving, by minus an hour
        (1774746000, 0, "GMT", 3600, "IST"),
        (1792890000, 3600, "IST", 0, "GMT"),
    ),
    (
        "EST5EDT,M3.2.0,M11.1.0",  # America/New_York
        (1772953200, -18000, "EST", -14400, "EDT"),
        (1793512800, -14400, "EDT", -18000, "EST"),
    ),
    (
        "<-04>4<-03>,M9.1.6/24,M4.1.6/24",  # America/Santiago: south, at midnight's end
        (1775358000, -10800, "-03", -14400, "-04"),
        (1788667200, -14400, "-04", -10800, "-03"),
    ),
    (
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",  # America/Nuuk: an hour before midnight
        (1774746000, -7200, "-02", -3600, "-01"),
        (1792890000, -3600, "-01", -7200, "-02"),
    ),
    (
        "NST3:30NDT,M3.2.0,M11.1.0",  # America/St_Johns
        (1772947800, -12600, "NST", -9000, "NDT"),
        (1793507400, -9000, "NDT", -12600, "NST"),
    ),
    (
        "IST-2IDT,M3.4.4/26,M10.5.0",  # Asia/Jerusalem: at 02:00 on the day after the fourth Thursday
        (1774569600, 7200, "IST", 10800, "IDT"),
        (1792882800, 10800, "IDT", 7200, "IST"),
    ),
    (
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",  # Australia/Lord_Howe: half an hour
        (1775314800, 39600, "+11", 37800, "+1030"),
        (1791041400, 37800, "+1030", 39600, "+11"),
    ),
    (
        "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",  # Pacific/Chatham
        (1775311200, 49500, "+1345", 45900, "+1245"),
        (1790431200, 45900, "+1245", 49500, "+1345"),
    ),
    (
        "<+00>0<+02>-2,M3.5.0/1,M10.5.0/3",  # Antarctica/Troll: two hours
        (1774746000, 0, "+00", 7200, "+02"),
        (1792890000, 7200, "+02", 0, "+00"),
    ),
    (
        "EET-2EEST,M4.5.5/0,M10.5.4/24",  # Africa/Cairo
        (1776981600, 7200, "EET", 10800, "EEST"),
        (1793307600, 10800, "EEST", 7200, "EET"),
    ),
)
FIXED = (
    ("UTC0", 0, "UTC"),
    ("<-03>3", -10800, "-03"),
    ("IST-5:30", 19800, "IST"),
    ("<+0545>-5:45", 20700, "+0545"),
    ("<+14>-14", 50400, "+14"),
    ("LMT-0:53:28", 3208, "LMT"),
)
NEW_YEAR_2026 = 1767225600 - EPOCH_S


def test_offset_and_name_change_at_the_right_second():
    for text, *changes in TABLE:
        zone = Zone(text)
        for at, offset, name, then, then_name in changes:
            at -= EPOCH_S
            assert (zone.offset(at - 1), zone.name(at - 1)) == (offset, name), text
            assert (zone.offset(at), zone.name(at)) == (then, then_name), text


def test_next_change_finds_each_change_in_turn():
    for text, *changes in TABLE:
        zone = Zone(text)
        now = NEW_YEAR_2026
        for change in changes:
            now = zone.next_change(now)
            assert now == change[0] - EPOCH_S, text
        assert now < zone.next_change(now) < NEW_YEAR_2026 + 500 * 86400


def test_asking_in_any_order_gives_the_same():
    zone = Zone(TABLE[0][0])
    asked = [NEW_YEAR_2026 + day * 86400 for day in range(0, 730, 30)]
    forward = [zone.offset(at) for at in asked]
    backward = [zone.offset(at) for at in reversed(asked)]
    assert forward == list(reversed(backward))
    assert forward == [Zone(TABLE[0][0]).offset(at) for at in asked]


def test_a_zone_without_daylight_saving_never_changes():
    for text, offset, name in FIXED:
        zone = Zone(text)
        assert (zone.offset(NEW_YEAR_2026), zone.name(NEW_YEAR_2026)) == (offset, name)
        assert zone.next_change(NEW_YEAR_2026) is None
        assert not zone.is_dst(NEW_YEAR_2026)


def test_local_and_utc_are_each_others_inverse_around_every_change():
    for text, *changes in TABLE:
        zone = Zone(text)
        for change in changes:
            for delta in range(-4 * 3600, 4 * 3600, 900):
                utc = change[0] - EPOCH_S + delta
                local = utc + zone.offset(utc)
                assert utc in (zone.to_utc(local), zone.to_utc(local, 1)), (text, delta)
