"""What a value looks like in a payload; what a payload stands for is told by decoding.py."""

import json


def encode(value):
    """The payload for a value, bytes: JSON, but a text is sent as it is, where it can't be taken for a quoted one."""
    if isinstance(value, (bytes, bytearray)):
        return value
    if not isinstance(value, str) or not value or value[0] == value[-1] == '"' and len(value) > 1:
        if isinstance(value, float) and value - value != 0:
            value = None  # NaN and infinity have no place in JSON
        value = json.dumps(value)
    return value.encode()
