"""Rules for configurations and programs. ValueError says what was wrong, where, and what would be right."""

from modcore.ticks import const

from . import Conflict

RARE = True  # called when something is saved or a module is configured


_DAY_S = const(86400)


def whole(value, low, high):
    """Tell whether `value` is a whole number from `low` to `high`."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def object_of(value, where, keys):
    """Refuse what is not an object, or has another key than `keys`."""
    if not isinstance(value, dict):
        raise ValueError("%s: takes an object, not %r" % (where, value))
    for key in value:
        if key not in keys:
            raise ValueError("%s: no key %r; have %s" % (where, key, " ".join(keys)))


def name(value, where):
    """Refuse what is not a name."""
    if not isinstance(value, str) or not 0 < len(value) <= 40:
        raise ValueError("%s: name takes text of 1 to 40 characters" % where)


def valves(config):
    """Check the configuration of the module Valves."""
    seen = set()
    pins = set()
    for number, valve in enumerate(config["valves"]):
        where = "valves: valve %d" % number
        object_of(valve, where, ("id", "pin", "name", "disabled", "max_s"))
        if not whole(valve.get("id"), 0, 254):
            raise ValueError("%s: id takes a number from 0 to 254, not %r" % (where, valve.get("id")))
        if valve["id"] in seen:
            raise Conflict("%s: id %d is there twice" % (where, valve["id"]))
        seen.add(valve["id"])
        name(valve.get("name"), where)
        pin = valve.get("pin")
        if pin is None:
            pin = 0
        if not whole(pin, -1, 255):
            raise ValueError("%s: pin takes a number, not %r" % (where, pin))
        if pin > 0 and pin in pins or pin == config["master"]:
            raise Conflict("%s: pin %d is there twice" % (where, pin))
        pins.add(pin)
        if not isinstance(valve.get("disabled", False), bool):
            raise ValueError("%s: disabled takes true or false" % where)
        if not whole(valve.get("max_s", 1), 1, _DAY_S):
            raise ValueError("%s: max_s takes a number from 1 to %d" % (where, _DAY_S))
    for key, high in (("max_s", _DAY_S), ("direct_s", _DAY_S), ("at_once", 254)):
        if not whole(config[key], 1, high):
            raise ValueError("valves: %s takes a number from 1 to %d, not %r" % (key, high, config[key]))
    for key in ("lead_s", "lag_s"):
        if isinstance(config[key], bool) or not 0 <= config[key] <= 600:
            raise ValueError("valves: %s takes a number from 0 to 600" % key)
    if config["master"] is not None and not whole(config["master"], 1, 255):
        raise ValueError("valves: master takes a pin, not %r" % config["master"])


def flow(config):
    """Check the configuration of the module Flow."""
    if config["window_ms"] < 100 or not 0 < config["ratio"] <= 1000:
        raise ValueError("flow: window_ms takes 100 or more, ratio a number above 0 up to 1000")
    numbers(config, "flow", ("max", "max_s", "none_s", "leak_l", "settle_s"))


def numbers(config, id, keys):
    """Refuse what is not a number from 0 on."""
    for key in keys:
        if not isinstance(config[key], (int, float)) or isinstance(config[key], bool) or not config[key] >= 0:
            raise ValueError("%s: %s takes a number from 0 on, not %r" % (id, key, config[key]))


def months(found):
    """Refuse what is not a percentage for each month."""
    if len(found) != 12 or not all([whole(m, 0, 250) for m in found]):
        raise ValueError("schedules: months takes twelve percentages from 0 to 250")


def programs(found, valve_ids=None, gone=()):
    """A list of programs as it is kept, from one that somebody sent. gone: valves that were there when it was saved.

    A task is an object of valve and seconds; a list of seconds, one for each valve in their order, is taken, too.
    valve_ids: None takes every number that a valve may have.
    """
    if not isinstance(found, list) or len(found) > 32:
        raise ValueError("programs: takes a list of at most 32")
    kept = []
    seen = set()
    for number, program in enumerate(found):
        where = "program %d" % number
        object_of(program, where, ("id", "name", "active", "tasks"))
        id = program.get("id")
        if not whole(id, 1, 65535):
            raise ValueError("%s: id takes a number from 1 to 65535, not %r" % (where, id))
        if id in seen:
            raise Conflict("%s: id %d is there twice" % (where, id))
        seen.add(id)
        name(program.get("name"), where)
        active = program.get("active", True)
        if not isinstance(active, bool):
            raise ValueError("%s: active takes true or false" % where)
        tasks = program.get("tasks", [])
        if not isinstance(tasks, list) or len(tasks) > 16:
            raise ValueError("%s: tasks takes a list of at most 16" % where)
        tasks = [_task(task, "%s, task %d" % (where, i), valve_ids, gone) for i, task in enumerate(tasks)]
        kept.append({"id": id, "name": program["name"], "active": active, "tasks": tasks})
    return kept


def _task(task, where, valve_ids, gone):
    if isinstance(task, list) and valve_ids is not None:
        if len(task) > len(valve_ids):
            raise Conflict("%s: has %d times for %d valves" % (where, len(task), len(valve_ids)))
        task = {valve_ids[i]: seconds for i, seconds in enumerate(task)}
    if not isinstance(task, dict):
        raise ValueError('%s: takes an object such as {"0": 600}' % where)
    for valve, seconds in task.items():
        if valve_ids is None:
            if not valve.isdigit() or not whole(int(valve), 0, 254):
                raise ValueError("%s: a valve is a number from 0 to 254, not %r" % (where, valve))
        elif valve not in valve_ids and valve not in gone:
            raise Conflict("%s: no valve %r; have %s" % (where, valve, " ".join(valve_ids)))
        if not whole(seconds, 0, _DAY_S):
            raise ValueError("%s: valve %s takes seconds from 0 to %d" % (where, valve, _DAY_S))
    return {valve: seconds for valve, seconds in task.items() if seconds}
