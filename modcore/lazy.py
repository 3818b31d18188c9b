"""Code that is loaded when it is needed, and dropped when memory is short.

Whoever knows at the time of writing what he needs writes a plain import: at the top of the file when it is
needed all the time, inside a function when it is needed now and then. What was loaded stays, so that nothing
is read from flash twice. Three cases are left, and this is the only file that touches `__import__` and
`sys.modules` for them:

- a name that stands in a configuration or a manifest: `load("plugins.mqtt")`;
- a package whose public names come from files that not every program needs: `attribute`;
- memory that runs short: `relieve` drops every loaded file that says `RARE = True` at its top. Such a file
  holds functions alone: no class, whose identity would be lost, and no state. It is imported inside functions.

The kernel calls `relieve` a while after the first start of all modules, for then it is known that the code for it is
not needed any more, and when memory runs short (see Kernel.relieve); nobody else drops anything.
"""

import gc
import sys


def load(path):
    """Import the module of the dotted name `path` and return it.

    A plugin is found wherever it lies: on flash, in a ROM file system, in the firmware. ImportError: it is
    not there, or something that it imports is not.

        load("plugins.mqtt").Mqtt
    """
    while True:
        try:
            return _import(path)
        except MemoryError:
            relieve()
            return _import(path)
        except ImportError as error:
            if not _find_plugin(str(error)):
                raise


def _import(path):
    return __import__(path, None, None, ("__name__",))


def _find_plugin(text):
    # MicroPython takes a package from one place only: look in the others for the plugin that `text` says is missing.
    at = text.find("'plugins.")
    package = sys.modules.get("plugins")
    if at < 0 or not package or sys.implementation.name != "micropython":
        return False
    name = text[at + 1 :].split("'")[0].split(".")[1]
    if "plugins." + name in sys.modules:
        return False  # it is there, one of its files is not
    first = package.__path__
    try:
        for entry in sys.path:
            package.__path__ = (entry + "/" if entry else "") + "plugins"
            if package.__path__ != first:
                try:
                    _import("plugins." + name)
                    return True
                except ImportError as error:
                    if "'plugins.%s'" % name not in str(error):
                        raise
    finally:
        package.__path__ = first
    return False


def attribute(package, table, name):
    """The public `name` of `package`, for the package's `__getattr__`; kept there once found.

    package: its dotted name. table: {public name: the submodule that has it}; a submodule that is public
    itself stands for itself. AttributeError: names the package and what there is.

        def __getattr__(name):
            return attribute(__name__, _PUBLIC, name)
    """
    module = sys.modules[package]
    if name not in table:
        # Not dir(module): on MicroPython it asks this function for every name that the firmware knows.
        have = set(table)
        have.update([known for known in module.__dict__ if known[0] != "_"])
        raise AttributeError("%r has no %r; have %s" % (package, name, ", ".join(sorted(have))))
    found = load(package + "." + table[name])
    found = getattr(found, name, found)
    if not _is_rare(found):
        setattr(module, name, found)
    return found


def loaded(path):
    """Tell whether the module of the dotted name `path` is in memory."""
    return path in sys.modules


def forget(path):
    """Take a package and all its modules out of memory, so that its next import reads the files anew.

    For whoever has exchanged the files; nothing else may hold on to what was in them.
    """
    for key in list(sys.modules):
        if key == path or key.startswith(path + "."):
            del sys.modules[key]
    end = path.rfind(".")
    package = sys.modules.get(path[:end])
    if end > 0 and package:
        package.__dict__.pop(path[end + 1 :], None)


def names():
    """Return the dotted names of all that is in memory (list)."""
    return list(sys.modules)


def relieve():
    """Drop every loaded file that is marked `RARE = True`; the next one who needs it loads it anew."""
    gc.collect()
    found = True
    while found:  # over the dict itself: there may be no memory for a copy
        found = False
        for path in sys.modules:
            # By get: an import for which there was no memory may have left a place without a module. The next
            # import of that name would crash MicroPython, and so would [] or del here.
            module = sys.modules.get(path)
            if module is None or _is_rare(module):
                sys.modules.pop(path, None)
                end = path.rfind(".")
                package = sys.modules.get(path[:end])
                if end > 0 and package:
                    package.__dict__.pop(path[end + 1 :], None)
                found = True
                break
    gc.collect()


def _is_rare(module):
    # By way of __dict__: a package's __getattr__ would be asked for the name.
    names = getattr(module, "__dict__", None)
    return bool(names) and names.get("RARE") is True
