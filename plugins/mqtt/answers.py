"""What a broker answers to SUBSCRIBE, UNSUBSCRIBE and to a PUBLISH of QoS 1."""

from modcore.ticks import const

from .delivery import acknowledged

RARE = True  # as delivery.py

_PUBACK = const(0x40)
_SUBACK = const(0x90)
_UNSUBACK = const(0xB0)
_REFUSED = const(0x80)


def take(bridge, kind, content):
    """Take an answer; kind: its first byte, content: what follows the fixed header. ValueError: it is none."""
    if len(content) < 2 or kind not in (_PUBACK, _SUBACK, _UNSUBACK):
        raise ValueError("malformed packet")
    number = content[0] << 8 | content[1]
    if kind == _PUBACK:
        return acknowledged(bridge.session, number)
    filter = bridge.session.asked.pop(number, None)
    if filter and content[-1] & _REFUSED:
        bridge.log.warning("the broker refuses the subscription to", filter)
