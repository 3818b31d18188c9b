"""The files of the garden, and the lists that they hold: kept as JSON text, which takes a third of the memory."""

from json import dumps, loads

from modcore.json_files import GOOD, load, save

RARE = True  # called at the start and when something is saved or played


def read(module, key="file"):
    """The object in the file that a module's configuration names; {} when there is none."""
    return load(module.config[key], module.log.error, without="going on without it")


def note(module, value, key="file", compare=True):
    """Write an object to the file that a module's configuration names; what keeps it from that is told.

    compare: as json_files.save has it.
    """
    try:
        save(module.config[key], value, compare)
    except OSError as error:
        module.log.error("%s is not written, a power cut would lose it: %s" % (module.config[key], error))


def begin_list(module, check):
    """Read the list of a module, tell it on the bus and return it.

    check: takes it, and returns it as it is kept; ValueError: what is wrong. A wrong one is set aside, and the last
    good copy takes its place.
    """
    path = module.config["file"]
    without = "there are no %s until somebody saves some" % module.id
    kept = load(path, module.log.error, without=without)
    try:
        found = _checked(module, kept, check)
        if kept:
            _keep_good(module, kept)
    except ValueError as error:
        from modcore.json_lenient import last_good

        kept = last_good(path, str(error), module.log.error, without)
        try:
            found = _checked(module, kept, check)
        except ValueError as error:  # by the rules of another version
            module.log.error("%s%s: %s; %s" % (path, GOOD, error, without))
            found = []
    version = kept.get("version", 0)
    module.version = version if isinstance(version, int) else 0
    _tell(module, found)
    return found


def _checked(module, kept, check):
    for key in kept:
        if key not in ("version", module.id):
            raise ValueError("no key %r; have version %s" % (key, module.id))
    return check(kept.get(module.id, []))


def _keep_good(module, kept):
    try:
        save(module.config["file"] + GOOD, kept)
    except OSError as error:
        module.log.warning("there is no good copy:", error)


def replace_list(module, found):
    """Keep another list. OSError: it can't be saved."""
    kept = {"version": module.version + 1, module.id: found}
    save(module.config["file"], kept)
    _keep_good(module, kept)
    module.version += 1
    _tell(module, found)


def _tell(module, found):
    module.publish(module.id + "/list", dumps(found), True)


def list_of(kernel, id):
    """The list of the module `id`: programs or schedules."""
    return loads(kernel.bus.get(id + "/list", "[]"))
