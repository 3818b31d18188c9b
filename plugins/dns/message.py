"""DNS messages: a question for addresses, and what an answer to it says.

Source: RFC 1035 section 4; RFC 2181 section 5.
"""

_HEADER = 12
_A = 1
_IN = 1
_CLASS = 0x7FFF  # without the bit that multicast DNS has there: RFC 6762 section 10.2
_MAX_NAME = 255


class NoAnswer(ValueError):
    """The message is not an answer to the question: something else came in on the socket."""


def is_address(host):
    """Tell whether `host` is an IPv4 address in figures: `192.168.1.1`."""
    parts = host.split(".")
    return len(parts) == 4 and all([part.isdigit() and len(part) < 4 and int(part) < 256 for part in parts])


def question(number, host):
    """A message that asks for the IPv4 addresses of `host`; number: 16 bits to know the answer by.

    ValueError: the name has an empty label, one of more than 63 bytes, or more than 253 in all.
    """
    out = bytearray(b"\0\0\1\0\0\1\0\0\0\0\0\0")
    out[0] = number >> 8
    out[1] = number & 255
    for label in host.rstrip(".").split("."):
        data = label.encode()
        if not 1 <= len(data) <= 63:
            raise ValueError("host %r: takes labels of 1 to 63 characters" % host)
        out.append(len(data))
        out.extend(data)
    if len(out) > _HEADER + _MAX_NAME - 1:
        raise ValueError("host of %d characters: takes up to 253" % len(host))
    out.extend(b"\0\0\1\0\1")
    return out


def addresses(message, asked):
    """(addresses, seconds they may be kept) that a message gives; asked: what `question` made.

    An empty list: the name has none. NoAnswer: it answers another question, or is broken.
    OSError: the server could not tell.
    """
    end = len(asked)
    # The name comes back as it was sent, or with other capitals.
    if len(message) < end or message[:2] != asked[:2] or not message[2] & 0x80 or _number(message, 4) != 1:
        raise NoAnswer("not the answer")
    if bytes(message[_HEADER:end]).lower() != bytes(asked[_HEADER:]).lower():
        raise NoAnswer("another question")
    code = message[3] & 15
    if code == 3:  # NXDOMAIN
        return [], 0
    if code:
        raise OSError("DNS server answers with code %d" % code)
    found = []
    kept_s = 1 << 30
    try:
        at = end
        for _ in range(_number(message, 6)):
            at = _after_name(message, at)
            size = _number(message, at + 8)
            if _number(message, at) == _A and _number(message, at + 2) & _CLASS == _IN and size == 4:
                if at + 14 > len(message):
                    raise IndexError
                found.append("%d.%d.%d.%d" % tuple(message[at + 10 : at + 14]))
                kept_s = min(kept_s, _number(message, at + 4) << 16 | _number(message, at + 6))
            at += 10 + size
    except IndexError:  # it is cut off: what came whole counts
        pass
    return found, kept_s


def _number(message, at):
    return message[at] << 8 | message[at + 1]


def _after_name(message, at):
    while True:
        size = message[at]
        if size > 63:  # a pointer ends the name; nobody has to follow it
            return at + 2
        at += 1 + size
        if not size:
            return at
