"""Code that is loaded when it is needed, and dropped when memory is short.

Whoever knows at the time of writing what he needs writes a plain import: at the top of the file when it is
needed all the time, inside a function when it is needed now and then. What was loaded stays, so that nothing
is read from flash twice. Three cases are left, and this is the only file that touches `__import__` and
`sys.modules` for them:

- a name that stands in a configuration or a manifest: `load("plugins.mqtt")`;
- a public name of a package, or a method, that not every program needs: see lookup.py;
- memory that runs short: `relieve` drops every loaded file that says `RARE = True` at its top. Such a file
  holds functions alone: no class, whose identity would be lost, and no state. It is imported inside functions.

The kernel calls `relieve` a while after the first start of all modules, for then it is known that the code for it is
not needed any more, and when memory runs short (see Kernel.relieve); nobody else drops anything.
"""

import gc
from sys import modules

piece = None  # memory for MicroPython's table of names, see boot.py; given back when there is none to load something


def load(path):
    """Import the module of the dotted name `path` and return it.

    A plugin is found wherever it lies: on flash, in a ROM file system, in the firmware. ImportError: it is
    not there, or something that it imports is not.

        load("plugins.mqtt").Mqtt
    """
    global piece
    while True:
        try:
            return import_path(path)
        except MemoryError:
            piece = None
            relieve()
            return import_path(path)
        except ImportError as error:
            from .manifests import find_plugin

            if not find_plugin(str(error)):
                raise


def import_path(path):
    """Import the module of that dotted name from where MicroPython looks for it, and return it."""
    return __import__(path, None, None, ("__name__",))


def look_up(owner, name):
    """The `__getattr__` of a class with methods that a board loads when they are called: see lookup.py.

    Called at first with that class in the place of a name, for what `super()` is to find.
    """
    found = load("modcore.lookup").method(owner, name)
    # The lambda is made here, since a call must not keep the file lookup in memory.
    return (lambda *args, **named: found(owner, *args, **named)) if callable(found) else found


def relieve(keep=()):
    """Drop every loaded file that is marked `RARE = True` but `keep`; the next one who needs it loads it anew.

    keep: dotted names of files that are at work, and would be in memory twice.
    """
    gc.collect()
    try:
        drop(is_rare, keep)
    except MemoryError:  # what was dropped counts
        pass
    gc.collect()


def is_rare(path, module):
    """Tell whether `relieve` drops a module."""
    # By way of __dict__: a package's __getattr__ would be asked for the name.
    return module is None or getattr(module, "__dict__", {}).get("RARE", False)


def drop(wanted, keep=()):
    """Take out of memory every module but `keep` for which `wanted(path, module)` is true; return how many are left.

    path: its dotted name.
    """
    found = True
    while found:  # over the dict itself: there may be no memory for a copy
        found = False
        for path in modules:
            # By get: an import for which there was no memory may have left a place without a module, None here. The
            # next import of that name would crash MicroPython, and so would [] or del.
            if path not in keep and wanted(path, modules.get(path)):
                modules.pop(path, None)
                end = path.rfind(".")
                package = modules.get(path[:end])
                if end > 0 and package:
                    package.__dict__.pop(path[end + 1 :], None)
                found = True
                break
    return len(modules)
