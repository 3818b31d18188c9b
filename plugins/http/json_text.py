"""The JSON of answers: letters as they are, null for NaN and infinity (RFC 8259 section 6)."""

import json
import sys

if sys.implementation.name == "micropython":
    _dumps = json.dumps
    _ODD = ("nan", "inf")
else:
    _ODD = ("NaN", "Infinity")

    def _dumps(value):
        return json.dumps(value, ensure_ascii=False)


def dumps(value):
    """The JSON text of a value: `dumps({"a": float("nan")})` is `'{"a": null}'`. TypeError: JSON has no such value."""
    text = _dumps(value)
    if len(text) > 16:  # MicroPython writes 0.044 as 0.04399999999999999
        if isinstance(value, float):
            text = "%.15g" % value
        elif ("99999" in text or "00000" in text) and not isinstance(value, (str, int)):
            from .finite import short

            text = short(text)
    if _ODD[0] in text or _ODD[1] in text:  # which may also stand in a word
        from .finite import finite

        text = _dumps(finite(value))
    return text
