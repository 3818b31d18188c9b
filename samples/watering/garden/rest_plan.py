"""REST: programs, schedules, and what starts in the next days."""

import time
from json import dumps

from modcore import Refused
from plugins.http import HttpError, Response

from . import is_set, zone
from .calendar import local_text, moments
from .files import list_of
from .queue import duration_s
from .rest_common import ask, body, check_version, number, versioned

RARE = True  # called for a request below /watering


def programs(kernel, request=None):
    """All programs."""
    version = ask(kernel, "programs/version")
    return versioned(list_of(kernel, "programs"), version)


def set_programs(kernel, request):
    """Keep a list of programs in place of all."""
    return _replace(kernel, request, "programs")


def _replace(kernel, request, id):
    check_version(request, ask(kernel, id + "/version"))
    version = ask(kernel, id + "/list/set", body(request))
    return versioned(list_of(kernel, id), version)


def play(kernel, request, id):
    """Queue a program by its id."""
    id = number(id, "program")
    for program in list_of(kernel, "programs"):
        if program["id"] == id:
            try:
                ask(kernel, "programs/play", id)
            except Refused as error:  # the queue is full
                raise HttpError(409, {"error": str(error)})
            return {"playing": id, "name": program["name"]}
    raise HttpError(404, {"error": "there is no program %s" % id})


def schedules(kernel, request=None):
    """All schedules."""
    version = ask(kernel, "schedules/version")
    return versioned(list_of(kernel, "schedules"), version)


def set_schedules(kernel, request):
    """Keep a list of schedules in place of all."""
    return _replace(kernel, request, "schedules")


def recalc(kernel, request):
    """Look at the clock now; nothing starts that would not have started by itself."""
    ask(kernel, "schedules/look")
    return {"next": kernel.bus.get("schedules/next")}


def plan(kernel, request):
    """Answer what starts in the next `days` (7), with its end, and what overlaps or can't run as it is."""
    days = request.query.get("days", "7")
    if not days.isdigit() or not 1 <= int(days) <= 31:
        raise ValueError("days takes a number from 1 to 31")
    return pieces("", starts(kernel, int(days)), "")


def pieces(before, found, after):
    """Yield an answer with a list in it, one after the other: as a whole it would take much memory in one piece."""
    yield Response(b"", 200, None, "application/json")
    mark = before + "["
    for start in found:
        yield mark + dumps(start)
        mark = ","
    yield (before + "[]" if mark[-1] == "[" else "]") + after


def starts(kernel, days):
    """Return a generator of the starts within some days, the next one first."""
    percents = ask(kernel, "schedules/percents")  # an error comes before the answer has begun
    here = zone(kernel)
    return _starts(kernel, days, percents, here) if is_set() and here else ()


def _starts(kernel, days, percents, here):
    bus = kernel.bus
    by_id = {schedule["id"]: schedule for schedule in list_of(kernel, "schedules")}
    programs = {program["id"]: program for program in list_of(kernel, "programs")}
    ids = bus.get("$valves/ids", ())
    at_once = bus.get("$valves/at_once", 1000)
    now = int(time.time())
    active = bus.get("schedules/active")
    busy = 0
    for at, id, _ in moments(by_id.values(), here, now, now + days * 86400):
        schedule = by_id[id]
        program = programs.get(schedule["program"])
        tasks = program["tasks"] if program else []
        lasts = duration_s(tasks, percents[here.localtime(at)[1] - 1], at_once)
        yield {
            "schedule": id,
            "name": schedule["name"],
            "program": schedule["program"],
            "program_name": program["name"] if program else "",
            "start": local_text(kernel, at),
            "end": local_text(kernel, at + lasts),
            "seconds": lasts,
            "overlaps": at < busy,
            "runs": bool(program and program["active"] and active),
            "unknown": sorted(set([valve for task in tasks for valve in task if valve not in ids])),
        }
        busy = max(busy, at) + lasts
