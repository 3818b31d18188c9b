"""Whether a limit has a name that there is, and a value that it takes."""

RARE = True  # at start


def check(limits, name, value):
    """TypeError: the class `limits` has none of that name, or it takes no such value."""
    have = [each for each in dir(limits) if each[0] != "_" and isinstance(getattr(limits, each), int)]
    if name not in have:
        raise TypeError("no limit %r; have %s" % (name, ", ".join(sorted(have))))
    if not isinstance(value, int) or value < 0:
        raise TypeError("limit %s: takes a number, not %r" % (name, value))
