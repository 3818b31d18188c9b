"""What to say about a name that an object does not have."""

RARE = True  # for the moment in which somebody has misspelt something


def missing(owner, name):
    """Raise the AttributeError of `owner` for `name`: it says what there is."""
    have = list(owner.__dict__)
    classes = [type(owner)]
    while classes:
        one = classes.pop()
        # Not dir(): on MicroPython it asks the object for every name that the firmware knows.
        have += list(getattr(one, "__dict__", ()))
        classes += [base for base in one.__bases__ if base is not object]
    names = sorted({known for known in have if known[:1] != "_"})
    raise AttributeError("%s has no %r; have %s" % (type(owner).__name__, name, ", ".join(names)))
