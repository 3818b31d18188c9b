"""Setting the limits of a Site by name."""

RARE = True  # at start

_LONGEST_MS = 1 << 28  # what ticks tell apart


def limit(site, limits):
    """Set limits, name -> number; see Site.limit."""
    kind = type(site)
    have = [name for name in dir(kind) if name[0] != "_" and isinstance(getattr(kind, name), int)]
    for name, value in limits.items():
        if name not in have:
            raise TypeError("no limit %r; have %s" % (name, ", ".join(sorted(have))))
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise TypeError("limit %s: takes a whole number from 0 on, not %r" % (name, value))
        if name[-3:] == "_ms" and value > _LONGEST_MS:
            raise TypeError("limit %s: takes up to %d, not %d" % (name, _LONGEST_MS, value))
        setattr(site, name, value)
