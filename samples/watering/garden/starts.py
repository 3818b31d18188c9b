"""The starts of schedules: what is due, what was missed, what is next."""

from modcore.ticks import const

from .calendar import moments
from .clock import local_text, zone
from .schedule_list import percent

RARE = True  # called when something is due

_ON_TIME_S = const(60)  # so late is on time
_DAY_S = const(86400)
_KEPT = const(48)  # starts that are remembered


def settle(module, now):
    """Start what a module Schedules has due at `now`, and work out what is next."""
    here = zone(module.kernel)
    late_s = max(module.config["missed_s"], _ON_TIME_S)
    due = {}  # id -> (moment, id, text): of several that were missed the last one
    if now > module.upto:
        for found in moments(module.list, here, max(module.upto, now - late_s), now):
            if found[1:] not in module.started:
                due[found[1]] = found
        if module.due is None or now > module.due + late_s:  # after a start, or the clock was set forward
            _tell_missed(module, moments(module.list, here, max(module.upto, now - _DAY_S), now - late_s))
        changed = bool(due)
        for _, id, text in due.values():
            module.started.append((id, text))
        module.started = module.started[-_KEPT:]
        module.upto = now
        if changed:
            module.note()  # before it starts: a power cut here does not start it twice
    for found in sorted(due.values()):
        _start(module, *found)
    ahead = [at for at in moments(module.list, here, now, now + _DAY_S) if at[1:] not in module.started]
    module.due = ahead[0][0] if ahead else now + _DAY_S
    _tell_next(module, now, ahead)


def _tell_next(module, now, ahead):
    if not ahead:
        ahead = moments(module.list, zone(module.kernel), now, now + 8 * _DAY_S)
    text = local_text(module.kernel, ahead[0][0]) if ahead else None
    if module.properties["next"].value != text:
        module.properties["next"].value = text


def _tell_missed(module, missed):
    for _, id, text in missed:
        if (id, text) not in module.started:
            _tell_skipped(module, _schedule(module, id), "missed at " + text)


def _tell_skipped(module, schedule, why):
    module.log.warning("%s is left out: %s" % (schedule["name"], why))
    by = "schedule %d" % schedule["id"]
    module.fire({"$player/skipped": {"program": schedule["program"], "by": by, "why": why}})


def _schedule(module, id):
    return [schedule for schedule in module.list if schedule["id"] == id][0]


def _start(module, moment, id, text):
    schedule = _schedule(module, id)
    why = module.rain if module.properties["active"].value else "schedules are off"
    if why:
        _tell_skipped(module, schedule, why)
        return
    here = zone(module.kernel)
    if here is None:  # without local time there is no start
        return
    share = percent(module, here.localtime(moment)[1])
    module.log.info("%s starts, %s" % (schedule["name"], text))
    module.fire({"$programs/play": {"id": schedule["program"], "by": "schedule %d" % id, "percent": share}})
