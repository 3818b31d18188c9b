"""Code of plugins that is needed for a moment: at a start, for a command."""

import sys


def once(package, name):
    """Import `<package>.<name>` for one use: on a device its code leaves memory with the last reference.

    seconds = once("plugins.timers", "duration").time_of_day("06:30")
    """
    path = "%s.%s" % (package, name)
    known = path in sys.modules
    module = __import__(path, None, None, (name,))
    if not known and sys.implementation.name != "cpython":
        del sys.modules[path]
        delattr(sys.modules[package], name)
    return module
