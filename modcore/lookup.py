"""Names that are looked up when they are asked for: public names of a package, methods of a class."""

from .lazy import is_rare, load

RARE = True  # needed when there is such a name, or when somebody has misspelt one

# {class: lines, each a file and its functions that are methods, whose first parameter stands for `self`}. On a PC the
# classes have them from the start (cpython.py), and say so under `if TYPE_CHECKING:`. They are lines, since MicroPython
# keeps short strings for good.
METHODS = {
    "Kernel": (
        "lifecycle add begin start",
        "moves end move reconfigure remove serve stop",
        "supervision report reserve",
        "thread call check_thread start_thread",
        "saving save",
        "levels set_log_level",
        "sockets sockets",
    ),
    "Module": (
        "declare property",
        "subscriptions listen",
        "sockets unwatch watch",
        "events fire",
        "moves hook",
        "config settings",
    ),
    "Bus": ("subscriptions subscribe unsubscribe", "topics commands filters", "questions ask"),
    "Aio": ("tasks cancel spawn take_up unwatch watch",),
}


def method(owner, name):
    """Return the function that is the method `name` of `owner`, an object of a class of METHODS or derived from it.

    Its log is made here, too, and returned as it is. AttributeError: there is no such method; it names the object and
    what there is.
    name: the class of METHODS itself, when an object is made of it: see `inherit`.
    """
    if not isinstance(name, str):
        return inherit(name, owner)
    logs = hasattr(type(owner), "id")  # a bus does not
    if logs and name == "log":
        from .log import Log

        owner.log = Log(owner)
        return owner.log
    have = ["log"] if logs else []
    for line in METHODS[owner._methods]:
        words = line.split()
        have += words[1:]
        if name in words[1:]:
            return getattr(load("modcore." + words[0]), name)
    from .diagnosis import missing

    raise missing(owner, name, have)


def inherit(base, owner):
    """Give the class `base` those of its methods that the class of `owner`, derived from it, has replaced.

    So `super().listen(…)` finds them: MicroPython's `super()` looks into classes, and asks no `__getattr__`.
    """
    kinds = [type(owner)]
    while kinds:
        kind = kinds.pop()
        # Not hasattr(): MicroPython would keep each name that it is asked for.
        names = getattr(kind, "__dict__", ())
        if kind is base or not names:
            continue
        kinds += kind.__bases__
        for line in METHODS[owner._methods]:
            words = line.split()
            for name in words[1:]:
                if name in names and name not in base.__dict__:
                    setattr(base, name, getattr(load("modcore." + words[0]), name))


def public(name):
    """The public `name` of modcore, kept there once found. AttributeError: there is none; it names what there is."""
    table = {}
    for line in (  # as in METHODS
        "bus Bus",
        "property Property Refused",
        "timer Timer",
        "main main",
        "irq_safe irq_safe",
        "manifests plugins",
        "lifecycle NEW CONFIGURED MOUNTED RUNNING STOPPED UNMOUNTED EJECTED FAILED",
    ):
        words = line.split()
        for word in words[1:]:
            table[word] = words[0]
    return attribute("modcore", table, name)


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
