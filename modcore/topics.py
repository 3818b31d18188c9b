"""The grammar of topics and filters (MQTT 3.1.1 section 4.7)."""

from .ticks import const

_LONG = const(16000)  # characters, and levels, from which a topic is looked at more closely
_DEEP = const(100)


def check(text, wildcards=False):
    """Raise ValueError unless `text` is a topic or, with `wildcards`, a filter; TypeError when it is not a str.

    A + stands for one whole level, a # for all that follow. Characters for which MQTT lets a receiver close
    the connection (controls, non-characters) are refused too.

        check("a/+/b", True)

    Source: MQTT 3.1.1 sections 1.5.3, 4.7.1 and 4.7.3.
    """
    if isinstance(text, str) and 0 < len(text) < _LONG and "+" not in text and "#" not in text:
        raw = text.encode()
        if len(raw) == len(text) and min(raw) >= 32 and 127 not in raw and text.count("/") < _DEEP:
            return  # as nearly all are
    from .grammar import check

    check(text, wildcards)


def matches(filter, topic):
    """Whether the valid `filter` matches `topic`.

    `matches("sport/+/player", "sport/tennis/player")` is True; "#" does not match "$state/x".
    Source: MQTT 3.1.1 sections 4.7.1 and 4.7.2.
    """
    if filter == topic:
        return True
    if "+" not in filter and "#" not in filter or topic[0] == "$" and filter[0] in "+#":
        return False
    levels = topic.split("/")
    for level in filter.split("/"):
        if level == "#":
            return True
        if not levels or level != "+" and level != levels[0]:
            return False
        levels.pop(0)
    return not levels
