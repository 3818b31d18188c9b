"""Methods that a board loads when they are called, and what to say about a name that an object does not have."""

from .lazy import load

RARE = True  # needed when one is called, or when somebody has misspelt something


def method(owner, name, *files):
    """Return the function `name` of one of the kernel's `files` as a method of `owner`.

    For the `__getattr__` of a class: on a PC the class has these functions itself, see there. AttributeError: none has
    it; it names the object and what there is.
    """
    kind = type(method)
    have = []
    for file in files:
        functions = load("modcore." + file).__dict__
        function = None if name[0] == "_" else functions.get(name)
        if isinstance(function, kind):
            return lambda *args, **named: function(owner, *args, **named)
        have += [known for known in functions if isinstance(functions[known], kind)]
    from .diagnosis import missing

    raise missing(owner, name, have)
