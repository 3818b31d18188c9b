"""Differences of CPython: ticks that wrap as a board's do, and methods that are there from the start.

modcore/cpython.py has the same: HTTP runs without modcore, so what CPython lacks stands here once more.
"""

try:
    from time import ticks_add, ticks_diff, ticks_ms

    from micropython import const
except ImportError:  # CPython
    import json
    from time import monotonic

    _PERIOD = 1 << 30
    _HALF = _PERIOD >> 1

    def const(value):
        """Return what MicroPython's compiler puts in the place of a name that begins with _."""
        return value

    def ticks_ms():
        """The current tick in ms, from 0 to 2**30 - 1, then 0 again."""
        return int(monotonic() * 1000) & (_PERIOD - 1)

    def ticks_add(ticks, delta):
        """The tick `delta` ms after (or, negative, before) `ticks`."""
        return (ticks + delta) & (_PERIOD - 1)

    def ticks_diff(end, start):
        """The ms from `start` to `end`, negative when `end` is earlier; exact within 6.2 days."""
        return ((end - start + _HALF) & (_PERIOD - 1)) - _HALF

    def dumps(value):
        """The JSON text of a value, letters as they are, null for NaN and infinity."""
        text = json.dumps(value, ensure_ascii=False)
        if "NaN" in text or "Infinity" in text:
            from .finite import finite

            text = json.dumps(finite(value), ensure_ascii=False)
        return text

    def request_methods(request):
        """Give the class Request the methods that a board loads when they are called."""
        from . import decoding, headers

        for name in decoding.OF_REQUEST:
            setattr(request, name, getattr(decoding, name))
        request.header = headers.header

    def site_methods(site, router):
        """Give the classes Site and Router what a board loads when it is asked for."""
        from . import limits, routes

        site.mount = routes.mount
        for name in limits.OF_SITE.split():
            setattr(site, name, getattr(limits, name))
        for name in routes.OF_ROUTER:
            setattr(router, name, getattr(routes, name))
