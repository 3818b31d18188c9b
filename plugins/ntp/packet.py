"""SNTP packets: the request, and what an answer must be like to be believed.

Source: RFC 4330 section 5; RFC 5905 sections 6 and 7.3.
"""

from modcore.ticks import const

_SIZE = const(48)
_1900_TO_1970_S = 2208988800
_ERA_S = const(1 << 32)
# A server that names a time outside of these lies, or has lost its own.
_EARLIEST_MS = const(1735689600000)  # 2025-01-01
_LATEST_MS = const(4102444800000)  # 2100-01-01
_MAX_DISTANCE = const(98304)  # 1.5 s as 16.16, what ntpd accepts at most


class Spurious(ValueError):
    """Not the answer to our request: from an attacker, or a late answer to another one."""


class Rejected(ValueError):
    """The server's answer can't be used; its text says why."""


class KissOfDeath(Rejected):
    """The server does not want to be asked; `code` says how it means that: RATE, DENY, RSTR …"""

    def __init__(self, code):
        super().__init__("asks not to be asked (%s)" % code)
        self.code = code


def request(cookie):
    """A request; cookie: 8 random bytes in place of our time, which the answer must bring back."""
    out = bytearray(_SIZE)
    out[0] = 0x23  # leap 0, version 4, mode 3 (client)
    out[40:48] = cookie
    return out


def read(packet, cookie, trip_ms):
    """(ms since 1970 at the moment of arrival, ms on the way, stratum) of an answer.

    trip_ms: from sending the request to the arrival. Spurious: go on waiting. Rejected: give this server up.
    """
    if len(packet) < _SIZE or bytes(packet[24:32]) != bytes(cookie):
        raise Spurious("another request's answer")
    version = packet[0] >> 3 & 7
    if packet[0] & 7 != 4 or not 1 <= version <= 4:
        raise Spurious("no server's answer")
    stratum = packet[1]
    if stratum == 0:
        raise KissOfDeath("".join([chr(c) for c in packet[12:16] if 32 < c < 127]))
    if packet[0] >> 6 == 3 or stratum > 15:
        raise Rejected("is not synchronized itself")
    distance = (_number(packet, 4) >> 1) + _number(packet, 8)
    if distance > _MAX_DISTANCE:
        raise Rejected("is not sure of its time by %d ms" % (distance * 1000 >> 16))
    received_ms = _time_ms(packet, 32)
    sent_ms = _time_ms(packet, 40)
    if received_ms is None or sent_ms is None or not _EARLIEST_MS <= sent_ms <= _LATEST_MS:
        raise Rejected("names an impossible time")
    took_ms = sent_ms - received_ms
    # Its clock and ours may round to another ms.
    if not -1 <= took_ms <= trip_ms + 2:
        raise Rejected("took %d ms of a trip of %d ms" % (took_ms, trip_ms))
    way_ms = max(0, trip_ms - took_ms)
    return sent_ms + way_ms // 2, way_ms, stratum


def _number(packet, at):
    return packet[at] << 24 | packet[at + 1] << 16 | packet[at + 2] << 8 | packet[at + 3]


def _time_ms(packet, at):
    """ms since 1970, or None for a time that is not set. What looks like before 1968 is the era from 2036 on."""
    seconds = _number(packet, at)
    fraction = _number(packet, at + 4)
    if not seconds and not fraction:
        return None
    if seconds < 0x80000000:
        seconds += _ERA_S
    return (seconds - _1900_TO_1970_S) * 1000 + (fraction * 1000 >> 32)
