"""What MicroPython has and CPython has not."""

import json

from modcore.ticks import ticks_add, ticks_diff, ticks_ms  # noqa: F401


def dumps(value):
    """The JSON of a value as MicroPython writes it: letters as they are, nan and inf for what JSON does not know."""
    text = json.dumps(value, ensure_ascii=False)
    if "NaN" in text or "Infinity" in text:
        try:
            json.dumps(value, allow_nan=False)
        except ValueError:
            text = text.replace("NaN", "nan").replace("Infinity", "inf")
    return text


def mem_free():
    """Bytes that are free: there is no end of them."""
    return 1 << 30


def port(listener):
    """The port of a socket that has taken any."""
    return listener.getsockname()[1]
