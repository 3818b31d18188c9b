"""Payloads of Homie: what a value is sent as, and what one that comes stands for.

Source: the Homie convention 5.0, "Payload".
"""

from modcore import Refused
from plugins.mqtt.packets import encode as encode_json

RARE = True  # as description.py

_EMPTY = b"\x00"  # an empty text: an empty payload says that there is none


def encode(value, datatype, options=None):
    """The payload for `value`, as `encode` of plugins/mqtt/packets.py has it; None for None.

    options: the format of an enum. ValueError: the value is not of this datatype.
    """
    if value is None:
        return None
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if datatype == "boolean" and isinstance(value, bool):
        return b"true" if value else b"false"
    if datatype == "float" and number:
        return encode_json(value)
    if datatype == "integer" and number and value == int(value):
        return str(int(value)).encode()
    if datatype == "color" and isinstance(value, (list, tuple)):
        return ("rgb,%d,%d,%d" % tuple([round(part) for part in value])).encode()
    if datatype == "enum" and str(value) in options.split(","):
        return str(value).encode()
    if datatype == "json" and isinstance(value, (dict, list, tuple)):
        return encode_json(value)
    if datatype in ("string", "datetime"):
        return (value.encode() or _EMPTY) if isinstance(value, str) else encode_json(value)
    raise ValueError("%r is not of the datatype %s" % (value, datatype))


def decode(name, payload, datatype):
    """The value that a command's payload (bytes) stands for. Refused: it is not of this datatype; name: whose."""
    try:
        text = str(payload, "utf-8")
        if datatype == "boolean" and text in ("true", "false"):
            return text == "true"
        if datatype in ("float", "integer") and text and not text.strip("+-.0123456789eE"):
            return float(text) if datatype == "float" and text.strip("-0123456789") else int(text)
        if datatype == "color" and text[:4] == "rgb,":
            return [float(part) if "." in part else int(part) for part in text[4:].split(",")]
        if datatype in ("string", "datetime", "enum") and payload:
            return "" if payload == _EMPTY else text
        if datatype == "json":
            from modcore.json_strict import loads

            return loads(payload, 8)
    except (ValueError, OverflowError):
        pass
    raise Refused("%s takes a payload of the datatype %s" % (name, datatype))
