"""TAB at the prompt of a virtual board: completes a name as MicroPython does, by asking the program for `dir()`."""

from .console import Job

_LIST = """
def _modcore_names():
    found = globals()
    for part in {parts!r}:
        found = found.get(part) if isinstance(found, dict) and found is globals() else getattr(found, part)
    for name in sorted(dir(found)) if found is not globals() else sorted(found):
        if name.startswith({start!r}) and ({start!r} or name[0] != "_") and name != "_modcore_names":
            print(name)
try:
    _modcore_names()
except Exception:
    pass
del _modcore_names
"""


def name_before(line):
    """Return (the parts before the last dot, the begun name) of the dotted name at the end of `line`, or None.

    name_before("print(modcore.dev")      # (["modcore"], "dev")
    """
    at = len(line)
    while at and (line[at - 1].isalnum() or line[at - 1] in "_."):
        at -= 1
    parts = line[at:].split(".")
    if not line.strip() or not all(part.isidentifier() for part in parts[:-1]) or parts == [""]:
        return None
    return parts[:-1], parts[-1]


def complete(console, name, done):
    """Ask for what `name`, from `name_before`, may become; `done(rest, names)` is called with it.

    rest: what all names go on with. names: them, where they go on in several ways, else ().
    """
    parts, start = name
    printed = bytearray()

    def over():
        names = printed.decode(errors="replace").split()
        rest = _common(names)[len(start) :]
        done(rest, names if not rest and len(names) > 1 else ())

    console.run(Job("paste", _LIST.format(parts=parts, start=start), printed.extend, over))


def _common(names):
    if not names:
        return ""
    first, last = min(names), max(names)
    at = 0
    while at < len(first) and first[at : at + 1] == last[at : at + 1]:
        at += 1
    return first[:at]
