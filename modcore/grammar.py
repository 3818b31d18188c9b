"""The grammar of topics and filters (MQTT 3.1.1 section 4.7): what is wrong with a text."""

from .ticks import const

RARE = True  # needed for wildcards, letters beyond ASCII, and mistakes

_MOST_BYTES = const(65535)
_MOST_LEVELS = const(100)  # mosquitto takes 200, those that a bridge puts before a topic among them


def refuse(text, wildcards):
    """Raise ValueError, as `topics.check` does, unless `text` is right all the same; TypeError when it is not a str."""
    if not isinstance(text, str):
        raise TypeError("topic %r: takes a str" % (text,))
    reason = None
    if not text:
        reason = "is empty"
    elif len(text) > _MOST_BYTES or len(text) > _MOST_BYTES // 4 and len(text.encode()) > _MOST_BYTES:
        reason = "is longer than 65,535 bytes"
    elif "+" in text or "#" in text:
        reason = _wildcard(text) if wildcards else "holds + or #, which only filters may"
    reason = reason or _character(text.encode())
    if reason:
        raise ValueError("topic %r: %s (MQTT 3.1.1 section 4.7)" % (text[:80], reason))


def _wildcard(filter):
    levels = filter.split("/")
    if "#" in levels[:-1]:
        return "# must be last"
    for level in levels:
        if len(level) > 1 and ("+" in level or "#" in level):
            return "+ and # must be whole levels"
    return None


def _character(raw):
    # On the bytes: MicroPython keeps for good every character that is taken out of a str.
    before = last = levels = 0
    for octet in raw:
        if octet < 0x20 or octet == 0x7F or last == 0xC2 and octet < 0xA0:
            return "holds a control character"
        if (
            last == 0xBF
            and octet >= 0xBE
            and before & 0x0F == 0x0F  # the last two of each plane
            or before == 0xEF
            and last == 0xB7
            and 0x90 <= octet < 0xB0  # U+FDD0 to U+FDEF
            or octet in (0xC0, 0xC1)  # never in UTF-8, which MicroPython does not see to
            or octet > 0xF4
            or last == 0xED
            and octet >= 0xA0  # half of a surrogate pair
        ):
            return "holds what is not a character"
        if octet == 0x2F:
            levels += 1
        before = last
        last = octet
    return "has more than %d levels" % _MOST_LEVELS if levels >= _MOST_LEVELS else None
