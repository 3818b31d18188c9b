"""Facts that do not change while the device runs."""

import sys

RARE = True  # needed when the module starts


def firmware():
    """`MicroPython 1.25.0`."""
    name = {"micropython": "MicroPython", "cpython": "CPython"}.get(
        sys.implementation.name, sys.implementation.name
    )
    return "%s %s" % (name, ".".join([str(part) for part in sys.implementation.version[:3]]))


def board():
    """The name of the board and its processor, as the firmware has it."""
    return getattr(sys.implementation, "_machine", sys.platform)


def unique_id():
    """The number of the chip in hexadecimal figures, or empty."""
    try:
        from machine import unique_id
    except ImportError:
        return ""
    from binascii import hexlify

    return hexlify(unique_id()).decode()
