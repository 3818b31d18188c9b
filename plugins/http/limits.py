"""Setting the limits of a Site by name."""

RARE = True  # at start


def limit(site, limits):
    """Set limits, name -> number; see Site.limit."""
    kind = type(site)
    have = [name for name in dir(kind) if name[0] != "_" and isinstance(getattr(kind, name), int)]
    for name, value in limits.items():
        if name not in have:
            raise TypeError("no limit %r; have %s" % (name, ", ".join(sorted(have))))
        if not isinstance(value, int) or value < 0:
            raise TypeError("limit %s: takes a number, not %r" % (name, value))
        setattr(site, name, value)
