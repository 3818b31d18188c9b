"""Zones against zoneinfo: thirty zones over thirty years, at every change and at random, there and back."""

import datetime
import random
import zoneinfo
from importlib import resources
from pathlib import Path

import pytest

from plugins.tz import Zone

UTC = datetime.timezone.utc
# By the second of their strings all forms that tzdata has: south, half hours, negative saving, past midnight.
ZONES = """
Africa/Cairo Africa/Johannesburg Africa/Lagos America/Asuncion America/Chicago America/Havana America/Los_Angeles
America/New_York America/Nuuk America/Santiago America/Sao_Paulo America/Scoresbysund America/St_Johns
Antarctica/Troll Asia/Beirut Asia/Gaza Asia/Jerusalem Asia/Kathmandu Asia/Kolkata Asia/Tehran Asia/Tokyo
Australia/Adelaide Australia/Lord_Howe Australia/Sydney Europe/Berlin Europe/Chisinau Europe/Dublin Europe/London
Europe/Moscow Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Easter Pacific/Kiritimati UTC
""".split()
YEARS = 30


def load(name):
    """(ZoneInfo, Zone) of one and the same file."""
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as f:
        known = zoneinfo.ZoneInfo.from_file(f, name)
        f.seek(0)
        text = f.read().rstrip(b"\n").rpartition(b"\n")[2].decode()
    return known, Zone(text)


def first_second(name):
    """Return where the thirty years begin; Gaza's after those whose months of Ramadan stand in a table."""
    year = 2087 if name == "Asia/Gaza" else 2026
    return int(datetime.datetime(year, 1, 1, tzinfo=UTC).timestamp())


@pytest.mark.parametrize("name", ZONES)
def test_offset_and_name_are_those_of_zoneinfo(name):
    known, zone = load(name)
    begin = first_second(name)
    end = begin + YEARS * 31557600
    moments = [begin + random.Random(name).randrange(end - begin) for _ in range(2000)]
    change = zone.next_change(begin)
    changes = 0
    while change is not None and change < end:
        changes += 1
        moments += [change + delta for delta in (-86400, -3600, -1, 0, 1, 3600, 86400)]
        change = zone.next_change(change)
    assert changes in (0, 2 * YEARS, 2 * YEARS + 1)
    for moment in moments:
        there = datetime.datetime.fromtimestamp(moment, known)
        assert (zone.offset(moment), zone.name(moment)) == (there.utcoffset().total_seconds(), there.tzname())
        assert zone.localtime(moment) == there.timetuple()[:8]


@pytest.mark.parametrize("name", ZONES)
def test_the_way_back_is_that_of_zoneinfo_also_for_times_that_come_twice_or_never(name):
    known, zone = load(name)
    change = zone.next_change(first_second(name))
    for _ in range(2 * YEARS):
        if change is None:
            break
        local = change + zone.offset(change)
        for delta in range(-3 * 3600, 3 * 3600 + 1, 900):
            wall = datetime.datetime.fromtimestamp(local + delta, UTC).replace(tzinfo=None)
            for fold in (0, 1):
                wanted = wall.replace(tzinfo=known, fold=fold).timestamp()
                assert zone.to_utc(local + delta, fold) == wanted, (wall, fold)
        change = zone.next_change(change)


def test_every_file_of_tzdata_ends_in_a_string_that_is_understood():
    root = resources.files("tzdata").joinpath("zoneinfo")
    count = 0
    for name in sorted(zoneinfo.available_timezones()):
        file = root.joinpath(*name.split("/"))
        if file.is_file() and name not in ("Factory", "localtime"):
            text = file.read_bytes().rstrip(b"\n").rpartition(b"\n")[2].decode()
            assert Zone(text).text == text
            count += 1
    assert count > 400


def test_the_zones_whose_string_does_not_tell_are_those_that_the_readme_names():
    begin = int(datetime.datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    moments = [begin + i * 86400 * 7 for i in range(YEARS * 52)]
    wrong = set()
    for name in sorted(zoneinfo.available_timezones()):
        try:
            known, zone = load(name)
        except (OSError, ValueError):  # a zone without a file of its own
            continue
        for moment in moments:
            if (
                zone.offset(moment)
                != datetime.datetime.fromtimestamp(moment, known).utcoffset().total_seconds()
            ):
                wrong.add(name)
                break
    assert wrong == {"Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza", "Asia/Hebron"}
    text = (Path(__file__).parent.parent.parent / "plugins" / "tz" / "README.md").read_text(encoding="utf-8")
    assert all("`{}`".format(name) in text for name in wrong)
