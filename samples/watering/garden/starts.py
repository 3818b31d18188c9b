"""The starts of schedules: what is due, what was missed, what is next."""

from modcore.ticks import const

from .calendar import local_text, moments
from .clock import zone
from .files import list_of
from .schedule_list import percent

RARE = True  # called when something is due

_ON_TIME_S = const(60)  # so late is on time
_DAY_S = const(86400)
_KEPT = const(64)  # starts that are remembered


def settle(module, now):
    """Start what a module Schedules has due at `now`, and work out what is next."""
    if module.upto is None or module.upto > now:  # set back: what comes again is found among the starts
        module.upto = now
        module.due = None
        module.note()
    schedules = list_of(module.kernel, "schedules")
    here = zone(module.kernel)
    late_s = max(module.config["missed_s"], _ON_TIME_S)
    due = {}  # id -> (moment, id, text): of several that were missed the last one
    started = module.started.split(";")
    if now > module.upto:
        for found in moments(schedules, here, max(module.upto, now - late_s), now):
            if _key(found) not in started:
                due[found[1]] = found
        if module.due is None or now > module.due + late_s:  # after a start, or the clock was set forward
            for missed in moments(schedules, here, max(module.upto, now - _DAY_S), now - late_s):
                if _key(missed) not in started:
                    _tell_skipped(module, _schedule(schedules, missed[1]), "missed at " + missed[2])
        for found in due.values():
            started.append(_key(found))
        module.started = ";".join(started[-_KEPT:])
        module.upto = now
        if due:
            module.note()  # before it starts: a power cut here does not start it twice
    for moment, id, text in sorted(due.values()):
        _start(module, _schedule(schedules, id), moment, text)
    ahead = [found for found in moments(schedules, here, now, now + _DAY_S) if _key(found) not in started]
    module.due = ahead[0][0] if ahead else now + _DAY_S
    if not ahead:
        ahead = moments(schedules, here, now, now + 8 * _DAY_S)
    text = local_text(module.kernel, ahead[0][0]) if ahead else None
    if module.properties["next"].value != text:
        module.properties["next"].value = text


def _key(found):
    # Names a start among those that were.
    return "%d %s" % found[1:]


def _tell_skipped(module, schedule, why):
    module.log.warning("%s is left out: %s" % (schedule["name"], why))
    by = "schedule %d" % schedule["id"]
    module.fire({"$player/skipped": {"program": schedule["program"], "by": by, "why": why}})


def _schedule(schedules, id):
    return [schedule for schedule in schedules if schedule["id"] == id][0]


def _start(module, schedule, moment, text):
    why = module.rain if module.properties["active"].value else "schedules are off"
    if why:
        _tell_skipped(module, schedule, why)
        return
    here = zone(module.kernel)
    if here is None:  # without local time there is no start
        return
    share = percent(module, here.localtime(moment)[1])
    module.log.info("%s starts, %s" % (schedule["name"], text))
    module.fire(
        {
            "$programs/play": {
                "id": schedule["program"],
                "by": "schedule %d" % schedule["id"],
                "percent": share,
            }
        }
    )
