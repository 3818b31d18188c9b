"""The files of the garden, and the lists that they hold: kept as JSON text, which takes a third of the memory."""

from json import dumps, loads

from modcore.json_files import load, save

RARE = True  # called at the start and when something is saved or played


def read(module, key="file"):
    """The object in the file that a module's configuration names; {} when there is none."""
    return load(module.config[key], lambda text: module.log.error(text))


def note(module, value, key="file"):
    """Write an object to the file that a module's configuration names; what keeps it from that is told."""
    try:
        save(module.config[key], value)
    except OSError as error:
        module.log.error("%s is not written, a power cut would lose it: %s" % (module.config[key], error))


def begin_list(module):
    """Read the list of a module, tell it on the bus and return it."""
    kept = read(module)
    module.version = kept.get("version", 0)
    found = kept.get(module.id, [])
    _tell(module, found)
    return found


def replace_list(module, found):
    """Keep another list. OSError: it can't be saved."""
    save(module.config["file"], {"version": module.version + 1, module.id: found})
    module.version += 1
    _tell(module, found)


def _tell(module, found):
    module.publish(module.id + "/list", dumps(found), True)


def list_of(kernel, id):
    """The list of the module `id`: programs or schedules."""
    return loads(kernel.bus.get(id + "/list", "[]"))
