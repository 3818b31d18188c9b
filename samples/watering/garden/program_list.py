"""The list of programs: found, replaced, played."""

from modcore import Refused

from .files import begin_list, list_of, replace_list

RARE = True  # called at the start, and when programs are saved or played


def begin(programs):
    """Read the file of a module Programs and declare a button for each program."""
    from .checks import programs as check

    press = programs.press
    for program in begin_list(programs, check):
        programs.property(
            str(program["id"]), kind="button", name=program["name"], icon="mdi:sprinkler", set=press
        )
    programs.listen("programs/list/set", programs.hear)
    programs.listen("$programs/play", programs.hear)


def find(programs, id):
    """The program with this id, or None."""
    for program in list_of(programs.kernel, "programs"):
        if program["id"] == id:
            return program
    return None


def replace(programs, found):
    """Keep other programs in place of all. ValueError: what is wrong with them; OSError: no room."""
    from .checks import programs as check

    # A valve that was removed stays in its programs, where it is shown, and keeps nobody from editing the others.
    before = list_of(programs.kernel, "programs")
    gone = [valve for program in before for task in program["tasks"] for valve in task]
    found = check(found, programs.kernel.bus.get("$valves/ids", ()), gone)
    replace_list(programs, found)
    buttons = [(property.id, property.meta["name"]) for property in programs.properties.values()]
    if buttons != [(str(program["id"]), program["name"]) for program in found]:
        programs.after(0, programs.kernel.reconfigure, programs.id)  # other buttons


def hear(programs, topic, value):
    """Replace them by what came on the bus, or play one for a schedule; what is wrong is told in the log."""
    if topic == "$programs/play":
        _play_for(programs, value)
        return
    try:
        replace(programs, value)
    except (ValueError, OSError) as error:
        programs.log.warning("refused: %s: %s" % (topic, error))


def answer(programs, what, value):
    """Answer a question: the version of the list, or what became of another list or of playing one."""
    if what == "list/set":
        replace(programs, value)
    elif what == "play":
        play(programs, value)
    elif what != "version":
        raise LookupError("programs answers no " + what)
    return programs.version


def play(programs, id):
    """Queue a program by hand. Refused: there is none with this id, or it can't be queued."""
    try:
        programs.kernel.bus.ask("player/play", _order(programs, id))
    except LookupError as error:
        raise Refused(str(error))


def _play_for(programs, value):
    # Queue a program for a schedule; what keeps it from that is told.
    try:
        order = _order(programs, value["id"], value["by"], value["percent"])
        programs.fire({"$player/play": order})
    except Refused as error:
        programs.log.warning("%s: %s" % (value["by"], error))
        programs.fire({"$player/skipped": {"program": value["id"], "by": value["by"], "why": str(error)}})


def _order(programs, id, by="hand", percent=100):
    # What the player takes. Refused: there is no such program, or it is inactive and a schedule asks.
    program = find(programs, id)
    if not program:
        raise Refused("there is no program %s" % id)
    if by != "hand" and not program["active"]:
        raise Refused("program %s is inactive" % program["name"])
    tasks = [{v: s * percent // 100 for v, s in task.items()} for task in program["tasks"]]
    return {"program": id, "name": program["name"], "by": by, "tasks": tasks}
