"""Limits and settings of a Site that are seldom asked for, and how limits are set.

What stands in OF_SITE is an attribute or a method of Site, the first parameter standing for `self`; a board loads this
file when one is asked for.
"""

RARE = True  # at start, and for what few requests want

upload_bytes = 1 << 30  # a body that a route with stream=True reads; more: 413
json_depth = 16  # levels of lists and objects in a body; more: 400
file_bytes = 4096  # read from a file at once; less, down to 512, when memory is short
byte_ms = 2  # a streamed body that comes at this rate may take as long as it likes
linger_ms = 1000  # what a refused client still sends is read and dropped for so long
spare_ms = 1000  # an idle connection does not make room for another before
retry_s = 2  # Retry-After of a 503

origins = ()  # other origins, as "https://garden.example", whose pages count as the device's own
protocols = (b"websocket",)  # what `Upgrade` may ask for; such a request counts as a write
load = None  # a function that imports a module by its dotted name: what is only needed when it is asked for
json_reader = None  # the dotted name of the strict reader of JSON; None: json_strict of this package
spare = None  # a piece of memory for the next large body: see body.py
driver = None  # a function that gives what runs handlers, or None: advance, close_handler, awaitable
form = session = user = None  # what the plugins http_forms and http_auth bring: functions of the request
sessions = users = login = None  # kept in the site by http_auth: see `protect`

OF_SITE = (
    "upload_bytes json_depth file_bytes byte_ms linger_ms spare_ms retry_s origins protocols load json_reader spare"
    " driver form session user sessions users login limit"
)
_LONGEST_MS = 1 << 28  # what ticks tell apart


def of_site(site, name):
    """Return `site.<name>`. AttributeError: there is none of that name, and what there is."""
    names = OF_SITE.split()
    if name == "mount":
        from .routes import mount

        return lambda key, content: mount(site, key, content)
    if name not in names:
        have = [known for known in names + ["mount"] + dir(type(site)) if known[0] != "_"]
        raise AttributeError("Site has no %r; have %s" % (name, ", ".join(sorted(have))))
    found = globals()[name]
    return found if name != "limit" else lambda **limits: limit(site, **limits)


def limit(site, **limits):
    """Set limits by name. TypeError: there is none of that name, or it takes no such value.

    site.limit(body_bytes=2000, connections=8)
    """
    kind = type(site)
    have = [name for name in OF_SITE.split() if isinstance(globals()[name], int)]
    have += [name for name in dir(kind) if name[0] != "_" and isinstance(getattr(kind, name), int)]
    for name, value in limits.items():
        if name not in have:
            raise TypeError("no limit %r; have %s" % (name, ", ".join(sorted(set(have)))))
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise TypeError("limit %s: takes a whole number from 0 on, not %r" % (name, value))
        if name[-3:] == "_ms" and value > _LONGEST_MS:
            raise TypeError("limit %s: takes up to %d, not %d" % (name, _LONGEST_MS, value))
        setattr(site, name, value)
