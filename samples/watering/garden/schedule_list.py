"""The list of schedules: replaced and noted."""

from modcore.json_files import save

from . import Conflict

RARE = True  # called when schedules are saved


def replace(schedules, found):
    """Keep other schedules in place of all. ValueError: what is wrong with them; OSError: no room."""
    from .schedule_checks import schedules as check

    found = check(found)
    programs = [program["id"] for program in schedules.kernel.bus.get("programs/list", ())]
    for schedule in found:
        if schedule["program"] not in programs:
            raise Conflict("schedule %s: there is no program %s" % (schedule["name"], schedule["program"]))
    schedules.beat()  # what is due by the old ones starts
    save(schedules.config["file"], {"version": schedules.version + 1, "schedules": found})
    schedules.version += 1
    schedules.list = found
    schedules.publish("schedules/list", found, True)
    schedules.forget()  # what would have been due by the new ones is over


def take(schedules, topic, value):
    """Replace them by what came on the bus, or switch the one in the topic; what is wrong is told in the log."""
    try:
        if topic == "schedules/list/set":
            replace(schedules, value)
        else:
            _switch(schedules, topic, value)
    except (ValueError, OSError) as error:
        schedules.log.warning("refused: %s: %s" % (topic, error))


def _switch(schedules, topic, on):
    id = topic.split("/")[1]
    if not isinstance(on, bool) or id not in [str(schedule["id"]) for schedule in schedules.list]:
        raise ValueError("takes true or false, of a schedule that there is")
    replace(schedules, [dict(s, active=on) if str(s["id"]) == id else s for s in schedules.list])


def note(schedules):
    """Note what is settled, and the settings."""
    notes = {
        "upto": schedules.upto,
        "started": schedules.started,
        "active": schedules.properties["active"].value,
        "percent": schedules.properties["percent"].value,
    }
    try:
        save(schedules.config["notes"], notes)
    except OSError as error:
        schedules.log.error("starts not noted:", error)


def percent(schedules, month):
    """The percentage of the seconds that counts in a month, from 1."""
    return schedules.properties["percent"].value * schedules.config["months"][month - 1] // 100
