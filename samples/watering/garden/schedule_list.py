"""The list of schedules: replaced and noted."""

import time

from . import Conflict
from .checks import whole
from .clock import is_set
from .files import begin_list, list_of, read, replace_list
from .files import note as write

RARE = True  # called at the start and when schedules are saved


def begin(schedules):
    """Read the files of a module Schedules, declare its properties and listen."""
    begin_list(schedules)
    notes = read(schedules, "notes")
    schedules.upto = notes["upto"] if whole(notes.get("upto"), 0, 1 << 40) else None
    schedules.started = notes["started"] if isinstance(notes.get("started"), str) else ""
    percent = notes["percent"] if whole(notes.get("percent"), 0, 250) else 100
    schedules.due = None
    schedules.zone = None
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
    for schedule in found:
        if schedule["program"] not in programs:
            raise Conflict("schedule %s: there is no program %s" % (schedule["name"], schedule["program"]))
    schedules.beat()  # what is due by the old ones starts
    replace_list(schedules, found)
    _forget(schedules)  # what would have been due by the new ones is over


def hear(schedules, topic, value):
    """Replace them by what came on the bus, or switch the one in the topic; what is wrong is told in the log."""
    if topic == "tz/zone":
        if schedules.zone not in (None, value):
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
