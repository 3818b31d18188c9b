"""The packets of MQTT 3.1.1, without I/O: what most of them begin with, and PUBLISH; written into a bytearray.

Rarer ones stand where they are used: CONNECT in connection.py, SUBSCRIBE in subscriptions.py, what is taken apart
in commands.py. umqtt.simple is not used for this: its connect(), subscribe() and publish() with QoS 1 each wait for
the broker's answer, and it can neither send a message again nor keep one that was not acknowledged.

Source: MQTT 3.1.1 (OASIS standard), sections 2 and 3.
"""

import json

# The first byte of a packet; the lowest four bits of PUBLISH are DUP, QoS (2 bits) and RETAIN.
PUBLISH = 0x30
PINGRESP = 0xD0

PINGREQ = b"\xc0\x00"


def encode(value):
    """The payload for a value, bytes: JSON, but a text is sent as it is, where it can't be taken for a quoted one."""
    if isinstance(value, (bytes, bytearray)):
        return value
    if not isinstance(value, str) or not value or value[0] == value[-1] == '"' and len(value) > 1:
        if isinstance(value, float) and value - value != 0:
            value = None  # NaN and infinity have no place in JSON
        text = json.dumps(value)
        # MicroPython writes 0.044 as 0.04399999999999999.
        value = "%.15g" % value if len(text) > 16 and isinstance(value, float) else text
    return value.encode()


def publish(out, topic, payload, retain=False, number=0, again=False):
    """Append PUBLISH (section 3.3), of QoS 1 when it has a packet identifier `number`; again: it was sent before."""
    kind = PUBLISH | retain
    size = 2 + len(topic) + len(payload)
    if number:
        kind |= 0x0A if again else 0x02
        size += 2
    header(out, kind, size)
    text(out, topic)
    if number:
        number16(out, number)
    out.extend(payload)


def header(out, kind, size):
    """Append the fixed header (section 2.2); size: of what follows it."""
    out.append(kind)
    while size > 127:
        out.append(size & 127 | 128)
        size >>= 7
    out.append(size)


def number16(out, number):
    """Append a number of two bytes (section 1.5.2)."""
    out.append(number >> 8)
    out.append(number & 255)


def text(out, data):
    """Append the bytes of a text, its length first (section 1.5.3)."""
    number16(out, len(data))
    out.extend(data)
