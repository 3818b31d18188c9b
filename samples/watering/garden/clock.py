"""The clock: whether it was ever set, and local time."""

import time

# A board starts in 2000 or 1970; nothing is watered by such a clock.
_SET_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400  # 2024


def is_set():
    """Whether the clock shows a time that can be true."""
    return time.time() >= _SET_S


def zone(kernel):
    """The Zone of the module tz, or None: nobody knows what local time is."""
    return getattr(kernel.modules.get("tz"), "zone", None)


def local_text(kernel, moment):
    """A moment as "2026-05-01T06:00:00+02:00": local time with its offset, as RFC 3339 has it."""
    here = zone(kernel)
    offset = here.offset(moment) if here else 0
    sign = "-" if offset < 0 else "+"
    return "%04d-%02d-%02dT%02d:%02d:%02d" % time.gmtime(moment + offset)[:6] + "%s%02d:%02d" % (
        sign,
        abs(offset) // 3600,
        abs(offset) // 60 % 60,
    )
