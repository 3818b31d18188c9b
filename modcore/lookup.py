"""Names that are looked up when they are asked for: public names of a package, methods of a class, plugins."""

import sys

from .lazy import import_path, is_rare, load

RARE = True  # needed when there is such a name, or when somebody has misspelt one


def method(owner, name):
    """Return the function `name` of one of the files `owner._methods` as a method of `owner`.

    Its log is made here, too. On a PC the class has these functions itself, see there. AttributeError: none has it;
    it names the object and what there is.
    """
    logs = hasattr(type(owner), "id")  # a bus does not
    if logs and name == "log":
        from .log import Log

        owner.log = Log(owner)
        return owner.log
    kind = type(method)
    have = ["log"] if logs else []
    for file in type(owner)._methods:
        functions = load("modcore." + file).__dict__
        function = None if name[0] == "_" else functions.get(name)
        if isinstance(function, kind):
            return lambda *args, **named: function(owner, *args, **named)
        have += [known for known in functions if isinstance(functions[known], kind)]
    from .diagnosis import missing

    raise missing(owner, name, have)


def attribute(package, table, name):
    """The public `name` of `package`, for the package's `__getattr__`; kept there once found.

    package: its dotted name. table: {public name: the submodule that has it}; a submodule that is public
    itself stands for itself. AttributeError: names the package and what there is.

        def __getattr__(name):
            return attribute(__name__, _PUBLIC, name)
    """
    module = load(package)
    if name not in table:
        # Not dir(module): on MicroPython it asks this function for every name that the firmware knows.
        have = set(table)
        have.update([known for known in module.__dict__ if known[0] != "_"])
        raise AttributeError("%r has no %r; have %s" % (package, name, ", ".join(sorted(have))))
    path = package + "." + table[name]
    found = load(path)
    found = getattr(found, name, found)
    if not is_rare(path, found):
        setattr(module, name, found)
    return found


def find_plugin(text):
    """Import the plugin that the text of an ImportError says is missing; False: it lies nowhere.

    MicroPython takes a package from one place only: this looks in the other entries of `sys.path`.
    """
    at = text.find("'plugins.")
    if at < 0 or "plugins" not in sys.modules or sys.implementation.name != "micropython":
        return False
    package = import_path("plugins")
    name = text[at + 1 :].split("'")[0].split(".")[1]
    if "plugins." + name in sys.modules:
        return False  # it is there, one of its files is not
    first = package.__path__
    try:
        for entry in sys.path:
            package.__path__ = (entry + "/" if entry else "") + "plugins"
            if package.__path__ != first:
                try:
                    import_path("plugins." + name)
                    return True
                except ImportError as error:
                    if "'plugins.%s'" % name not in str(error):
                        raise
    finally:
        package.__path__ = first
    return False
