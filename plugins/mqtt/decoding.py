"""Values that payloads stand for."""

from modcore import Refused
from modcore.ticks import const

RARE = True  # as commands.py

# Deeper than any value that a module takes; recursion elsewhere (JSON, copies) must not run out of stack.
_MAX_DEPTH = const(8)

# Kinds whose values are strings: what can be read as something else is still meant as text.
_TEXTS = ("text", "select", "date", "time", "datetime", "event", "lock", "alarm_control_panel")


def decode(name, payload, kind=None, parsed=None):
    """The value that a payload (bytes) stands for: JSON, or else a bare text. Refused: it is neither.

    name: what is commanded, for the error. kind: of the property, when it is one. parsed: what large.is_parsed has made
    of it.

        decode("valves/0", b"true")          # True
        decode("mode/level", b"1", "select")  # "1", since that is what the state topic shows
    """
    if payload == b"true" and kind not in _TEXTS:
        return True
    if payload == b"false" and kind not in _TEXTS:
        return False
    if not payload and kind != "text":
        raise Refused("%s: the payload is empty" % name)
    try:
        text = str(payload, "utf-8")
        if payload and max(payload) > 127:
            from modcore.json_strict import check_utf8

            check_utf8(payload)
    except ValueError:
        raise Refused("%s: the payload is not UTF-8" % name)
    if kind in _TEXTS and text[:1] != '"':
        return text
    from modcore.json_strict import loads

    try:
        if parsed is None:
            return loads(payload, _MAX_DEPTH)
        _, _, value, error = parsed
        if error:
            raise error
        return value
    except OverflowError as error:
        raise Refused("%s: the payload %s" % (name, error))
    except ValueError:
        return text
    except MemoryError:
        raise Refused("%s: no memory for the payload" % name)
