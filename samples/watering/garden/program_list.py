"""The list of programs: found, replaced, played."""

from modcore.json_files import save

RARE = True  # called when programs are saved or played


def find(programs, id):
    """The program with this id, or None."""
    for program in programs.list:
        if program["id"] == id:
            return program
    return None


def replace(programs, found):
    """Keep other programs in place of all. ValueError: what is wrong with them; OSError: no room."""
    from .checks import programs as check

    found = check(found, programs.kernel.bus.get("$valves/ids", ()))
    save(programs.config["file"], {"version": programs.version + 1, "programs": found})
    programs.version += 1
    before = [(program["id"], program["name"]) for program in programs.list]
    programs.list = found
    programs.publish("programs/list", found, True)
    if before != [(program["id"], program["name"]) for program in found]:
        programs.after(0, programs.kernel.reconfigure, programs.id)  # other buttons


def take(programs, topic, value):
    """Replace them by what came on the bus; what is wrong with it is told in the log."""
    try:
        replace(programs, value)
    except (ValueError, OSError) as error:
        programs.log.warning("refused: %s: %s" % (topic, error))


def play(programs, id, by="hand", percent=100):
    """Queue a program. ValueError: there is none with this id, or it is inactive and a schedule asks."""
    program = find(programs, id)
    if not program:
        raise ValueError("there is no program %s" % id)
    if by != "hand" and not program["active"]:
        raise ValueError("program %s is inactive" % program["name"])
    tasks = [{v: s * percent // 100 for v, s in task.items()} for task in program["tasks"]]
    programs.fire({"$player/play": {"program": id, "name": program["name"], "by": by, "tasks": tasks}})


def play_for(programs, value):
    """Play a program for a schedule; why it can't be is told."""
    try:
        play(programs, value["id"], value["by"], value["percent"])
    except ValueError as error:
        programs.log.warning("%s: %s" % (value["by"], error))
        programs.fire({"$player/skipped": {"program": value["id"], "by": value["by"], "why": str(error)}})
