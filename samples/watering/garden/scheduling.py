"""Work of the schedules: their list, what is due, what was missed, what is next, and what is noted of that."""

import time

from modcore.ticks import const

from . import Conflict, is_set, zone
from .calendar import local_text, moments
from .checks import whole
from .files import begin_list, list_of, read, replace_list
from .files import note as write

RARE = True  # called at the start, when schedules are saved and when something is due

_ON_TIME_S = const(60)  # so late is on time
_DAY_S = const(86400)
_KEPT = const(40)  # starts that are remembered


def begin(schedules):
    """Read the files of a module Schedules, declare its properties and listen."""
    from .schedule_checks import schedules as check

    begin_list(schedules, check)
    notes = read(schedules, "notes")
    schedules.upto = notes["upto"] if whole(notes.get("upto"), 0, 1 << 40) else None
    schedules.started = notes["started"] if isinstance(notes.get("started"), str) else ""
    percent = notes["percent"] if whole(notes.get("percent"), 0, 250) else 100
    schedules.due = None
    schedules.zone = schedules.kernel.bus.get("tz/zone")
    schedules.rain = None
    declare = schedules.property
    command = schedules.command
    declare("active", kind="switch", name="Schedules", value=notes.get("active") is not False, set=command)
    declare(
        "percent", kind="number", name="Seasonal percentage", value=percent, unit="%",
        min=0, max=250, step=1, set=command,
    )  # fmt: skip
    declare("next", kind="sensor", name="Next start", device_class="timestamp")
    hear = schedules.hear
    for filter in ("schedules/list/set", "schedules/+/active/set", "$rain", "tz/zone"):
        schedules.listen(filter, hear)


def replace(schedules, found):
    """Keep other schedules in place of all. ValueError: what is wrong with them; OSError: no room."""
    from .schedule_checks import schedules as check

    found = check(found)
    programs = [program["id"] for program in list_of(schedules.kernel, "programs")]
    # One whose program was removed is told when it is due, and keeps nobody from editing the others.
    programs += [schedule["program"] for schedule in list_of(schedules.kernel, "schedules")]
    for schedule in found:
        if schedule["program"] not in programs:
            raise Conflict("schedule %s: there is no program %s" % (schedule["name"], schedule["program"]))
    schedules.beat()  # what is due by the old ones starts
    replace_list(schedules, found)
    _forget(schedules)  # what would have been due by the new ones is over


def hear(schedules, topic, value):
    """Replace them by what came on the bus, or switch the one in the topic; what is wrong is told in the log."""
    if topic == "tz/zone":
        if schedules.zone is not None:
            _forget(schedules)  # what would have been due by the new zone is over
        schedules.zone = value
        return
    try:
        if topic == "schedules/list/set":
            replace(schedules, value)
        else:
            _switch(schedules, topic, value)
    except (ValueError, OSError) as error:
        schedules.log.warning("refused: %s: %s" % (topic, error))


def answer(schedules, what, value):
    """Answer a question: the version of the list, percentages, settings; or what became of another list."""
    if what == "percents":
        return [percent(schedules, month) for month in range(1, 13)]
    if what == "settings":
        return schedules.config
    if what == "list/set":
        replace(schedules, value)
    elif what == "look":
        schedules.beat()
    elif what != "version":
        raise LookupError("schedules answers no " + what)
    return schedules.version


def _forget(schedules):
    # All up to now is settled.
    schedules.upto = int(time.time()) if is_set() else None
    schedules.due = None
    note(schedules)


def _switch(schedules, topic, on):
    id = topic.split("/")[1]
    found = list_of(schedules.kernel, "schedules")
    chosen = [schedule for schedule in found if str(schedule["id"]) == id]
    if not isinstance(on, bool) or not chosen:
        raise ValueError("takes true or false, of a schedule that there is")
    chosen[0]["active"] = on
    replace(schedules, found)


def note(schedules):
    """Note what is settled, and the settings."""
    notes = {
        "upto": schedules.upto,
        "started": schedules.started,
        "active": schedules.properties["active"].value,
        "percent": schedules.properties["percent"].value,
    }
    write(schedules, notes, "notes")


def percent(schedules, month):
    """The percentage of the seconds that counts in a month, from 1."""
    return schedules.properties["percent"].value * schedules.config["months"][month - 1] // 100


def settle(schedules, now):
    """Start what a module Schedules has due at `now`, and work out what is next."""
    if schedules.upto is None or schedules.upto > now:  # set back: what comes again is found among the starts
        schedules.upto = now
        schedules.due = None
        schedules.note()
    listed = list_of(schedules.kernel, "schedules")
    here = zone(schedules.kernel)
    late_s = max(schedules.config["missed_s"], _ON_TIME_S)
    due = {}  # id -> (moment, id, text): of several that were missed the last one
    started = schedules.started.split(";")
    if now > schedules.upto:
        for found in moments(listed, here, max(schedules.upto, now - late_s), now):
            if _key(found) not in started:
                due[found[1]] = found
        if (
            schedules.due is None or now > schedules.due + late_s
        ):  # after a start, or the clock was set forward
            for missed in moments(listed, here, max(schedules.upto, now - _DAY_S), now - late_s):
                if _key(missed) not in started:
                    _tell_skipped(schedules, _schedule(listed, missed[1]), "missed at " + missed[2])
        for found in due.values():
            started.append(_key(found))
        schedules.started = ";".join(started[-_KEPT:])
        schedules.upto = now
        if due:
            schedules.note()  # before it starts: a power cut here does not start it twice
    for moment, id, text in sorted(due.values()):
        _start(schedules, _schedule(listed, id), moment, text)
    ahead = _first(moments(listed, here, now, now + _DAY_S), started)
    schedules.due = ahead[0] if ahead else now + _DAY_S
    if not ahead:
        ahead = _first(moments(listed, here, now, now + 8 * _DAY_S), ())
    text = local_text(schedules.kernel, ahead[0]) if ahead else None
    if schedules.properties["next"].value != text:
        schedules.properties["next"].value = text


def _first(found, started):
    # The first that has not started yet, or None.
    for one in found:
        if _key(one) not in started:
            return one
    return None


def _key(found):
    # Names a start among those that were.
    return "%d %s" % found[1:]


def _tell_skipped(schedules, schedule, why):
    schedules.log.warning("%s is left out: %s" % (schedule["name"], why))
    by = "schedule %d" % schedule["id"]
    schedules.fire({"$player/skipped": {"program": schedule["program"], "by": by, "why": why}})


def _schedule(listed, id):
    return [schedule for schedule in listed if schedule["id"] == id][0]


def _start(schedules, schedule, moment, text):
    why = schedules.rain if schedules.properties["active"].value else "schedules are off"
    if why:
        _tell_skipped(schedules, schedule, why)
        return
    here = zone(schedules.kernel)
    if here is None:  # without local time there is no start
        return
    share = percent(schedules, here.localtime(moment)[1])
    if not share:
        _tell_skipped(schedules, schedule, "the seasonal percentage is 0")
        return
    schedules.log.info("%s starts, %s" % (schedule["name"], text))
    wanted = {"id": schedule["program"], "by": "schedule %d" % schedule["id"], "percent": share}
    schedules.fire({"$programs/play": wanted})
