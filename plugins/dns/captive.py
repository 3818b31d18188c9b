"""The answer that a captive portal gives to a DNS message: one address for every name.

Source: RFC 1035 section 4.
"""

_HEADER = 12
_A = 1
_IN = 1
_ANY = 255
_MAX_NAME = 255
_FORMAT_ERROR = 1
_NOT_IMPLEMENTED = 4


def answer(message, address, ttl_s=10):
    """The answer that names `address` (4 bytes) for every name; None for what is not a question.

    Asked for anything but an IPv4 address it says that there is none of that kind.
    """
    if len(message) < _HEADER or message[2] & 0x80:
        return None
    head = bytearray(_HEADER)
    head[:2] = message[:2]
    head[2] = 0x84 | message[2] & 0x79  # an answer, with authority; opcode and RD as asked
    if message[2] & 0x78:
        head[3] = _NOT_IMPLEMENTED
        return bytes(head)
    try:
        if _number(message, 4) != 1:
            raise IndexError
        at = _HEADER
        while message[at]:
            if message[at] > 63:
                raise IndexError
            at += 1 + message[at]
        at += 1
        kind = _number(message, at)
        family = _number(message, at + 2)
        if at - _HEADER > _MAX_NAME:
            raise IndexError
    except IndexError:
        head[3] = _FORMAT_ERROR
        return bytes(head)
    head[5] = 1
    body = bytes(message[_HEADER : at + 4])
    if kind not in (_A, _ANY) or family not in (_IN, _ANY):
        return bytes(head) + body
    head[7] = 1
    return bytes(head) + body + b"\xc0\x0c\0\1\0\1\0\0" + bytes((ttl_s >> 8, ttl_s & 255, 0, 4)) + address


def _number(message, at):
    return message[at] << 8 | message[at + 1]
