"""No sequence of commands, faults, times and power cuts leaves a valve of the garden open: looked at from its pins."""

import datetime
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from dateutil import rrule

from host import toolchain

ROOT = Path(__file__).resolve().parent.parent.parent
ZONES = {
    "Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
    "America/New_York": "EST5EDT,M3.2.0,M11.1.0",
    "Australia/Lord_Howe": "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
    "Asia/Kathmandu": "<+0545>-5:45",
    "America/Santiago": "<-04>4<-03>,M9.1.6/24,M4.1.6/24",
    "Pacific/Kiritimati": "<+14>-14",
    "Etc/GMT+12": "<-12>12",
    "Europe/London": "GMT0BST,M3.5.0/1,M10.5.0",
}


# More of them in `make soak`.
@pytest.mark.parametrize("arguments", ["steps 15", "cuts 800", "queue 1000"])
def test_no_valve_is_open_past_its_maximum(arguments):
    paths = [ROOT, ROOT / "tests" / "unit", ROOT / "host" / "board", Path(toolchain.cache_folder()) / "lib"]
    found = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "unit" / "watering_machine.py"), *arguments.split()],
        cwd=ROOT,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, paths))),
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert found.returncode == 0, (found.stdout + found.stderr)[-6000:]
    assert found.stdout.endswith("done\n")


def _random_schedule(dice, id):
    schedule = {
        "id": id,
        "name": "S",
        "program": 1,
        "times": sorted(
            {
                "%02d:%02d" % (dice.randint(0, 23), dice.choice([0, 1, 30, 59]))
                for _ in range(dice.randint(1, 3))
            }
        ),
        "dow": [dice.random() < 0.7 for _ in range(7)],
        "days": dice.choice(["any", "any", "odd", "even"]),
        "every": dice.choice([1, 1, 2, 3, 5, 10]),
    }
    if dice.random() < 0.5:
        first = datetime.date(2025, 6, 1) + datetime.timedelta(dice.randint(0, 500))
        schedule["from"] = first.isoformat()
        if dice.random() < 0.5:
            schedule["to"] = (first + datetime.timedelta(dice.randint(0, 300))).isoformat()
    return schedule


def _independent(schedule, year):
    # The local times at which it starts, by dateutil: days by their rule, then the conditions of the month.
    anchor = datetime.date.fromisoformat(schedule.get("from") or "1970-01-01")
    days = rrule.rrule(
        rrule.DAILY,
        interval=schedule["every"],
        dtstart=datetime.datetime.combine(anchor, datetime.time()),
        until=datetime.datetime(year, 12, 31),
        byweekday=[day for day in range(7) if schedule["dow"][(day + 1) % 7]] or [],
    )
    last = schedule.get("to") or "9999-12-31"
    found = []
    if any(schedule["dow"]):
        for day in days:
            if day.year == year and day.date().isoformat() <= last:
                if schedule["days"] == "any" or (schedule["days"] == "odd") == bool(day.day % 2):
                    found += ["{} {}".format(day.date().isoformat(), text) for text in schedule["times"]]
    return sorted(found)


@pytest.mark.parametrize("name", ZONES)
def test_a_year_of_schedules_agrees_with_an_independent_calculation(name):
    from dateutil import tz

    from plugins.tz import Zone
    from samples.watering.garden.calendar import moments
    from samples.watering.garden.schedule_checks import schedules

    dice = random.Random(name)
    zone = Zone(ZONES[name])
    other = tz.gettz(name)
    for id in range(1, 26):
        schedule = _random_schedule(dice, id)
        start = int(datetime.datetime(2026, 1, 1, tzinfo=other).timestamp()) - 1
        end = int(datetime.datetime(2027, 1, 1, tzinfo=other).timestamp()) - 1
        found = list(moments(schedules([schedule]), zone, start, end))
        expected = _independent(schedule, 2026)
        assert sorted(text for _, _, text in found) == expected, schedule
        for at, _, text in found:
            wanted = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=other, fold=0)
            assert at == int(tz.resolve_imaginary(wanted).timestamp()), (text, name)
