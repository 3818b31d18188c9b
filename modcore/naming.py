"""The ids of modules."""

from .grammar import check_word

RARE = True  # needed when a module is made


def id_of(module, id):
    """Return the id of a new module: `id`, or its class name in snake case. ValueError: not fit for a topic."""
    if id is None:
        id = _snake_case(type(module).__name__)
    check_word("module id", id)
    return id


def _snake_case(name):
    words = ""
    before = "A"
    for i in range(len(name)):
        c = name[i : i + 1]  # MicroPython keeps for good each character that is taken out otherwise
        if c.isupper() and not before.isupper():
            words += "_"
        words += c.lower()
        before = c
    return words
