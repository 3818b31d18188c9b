"""Rules for schedules. ValueError says what was wrong, where, and what would be right."""

from . import Conflict
from .calendar import date, minute
from .checks import name, object_of, whole

RARE = True  # called when schedules are saved

_KEYS = ("id", "name", "program", "active", "times", "time", "dow", "days", "every", "from", "to")


def schedules(found):
    """A list of schedules as it is kept, from one that somebody sent; what is left out has its default."""
    if not isinstance(found, list) or len(found) > 32:
        raise ValueError("schedules: takes a list of at most 32")
    kept = []
    seen = set()
    for number, schedule in enumerate(found):
        where = "schedule %d" % number
        object_of(schedule, where, _KEYS)
        schedule = _schedule(schedule, where)
        if schedule["id"] in seen:
            raise Conflict("%s: id %d is there twice" % (where, schedule["id"]))
        seen.add(schedule["id"])
        kept.append(schedule)
    return kept


def _schedule(given, where):
    kept = {
        "active": True,
        "name": "",
        "times": [given.get("time")] if given.get("time") is not None else [],
        "dow": [True] * 7,
        "days": "any",
        "every": 1,
        "from": None,
        "to": None,
    }
    kept.update(given)
    kept.pop("time", None)
    for key, most in (("id", 65534), ("program", 65535)):  # in the history 65535 is by hand
        if not whole(kept.get(key), 1, most):
            raise ValueError("%s: %s takes a number from 1 to %d, not %r" % (where, key, most, kept.get(key)))
    name(kept["name"], where)
    if not isinstance(kept["active"], bool):
        raise ValueError("%s: active takes true or false" % where)
    times = kept["times"]
    if not isinstance(times, list) or len(times) > 8 or not all([isinstance(text, str) for text in times]):
        raise ValueError('%s: times takes a list of at most 8 such as "06:30"' % where)
    dow = kept["dow"]
    if not isinstance(dow, list) or len(dow) != 7 or not all([day in (0, 1) for day in dow]):
        raise ValueError("%s: dow takes seven times true or false, Sunday first" % where)
    kept["dow"] = [bool(day) for day in dow]
    if kept["days"] not in ("any", "odd", "even"):
        raise ValueError("%s: days takes any, odd or even, not %r" % (where, kept["days"]))
    if not whole(kept["every"], 1, 366):
        raise ValueError("%s: every takes a number of days from 1 to 366" % where)
    try:
        minutes = [minute(text) for text in times]
        if len(set(minutes)) < len(minutes):
            raise Conflict("a time is there twice")
        ends = [date(kept[key]) for key in ("from", "to") if kept[key] is not None]
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError("%s: %s" % (where, error))
    if len(ends) == 2:
        if (ends[0][0] == 0) != (ends[1][0] == 0):
            raise Conflict("%s: from and to take both a year, or none" % where)
        if ends[0][0] and ends[0] > ends[1]:
            raise Conflict("%s: to is before from" % where)
    kept["times"] = sorted(times)
    return kept
