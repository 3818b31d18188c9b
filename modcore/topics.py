"""Topics, filters and ids (MQTT 3.1.1 section 4.7): what is one, and which filter matches which topic.

What is plain, as nearly all are, passes here by itself; grammar.py looks at the rest.
"""

from .ticks import const

RARE = True  # needed for ids, and for topics and filters that are new

_LONG = const(16000)  # characters, and levels, from which a topic is looked at more closely
_DEEP = const(100)

# The places of a subscription, as in bus.py.
_FILTER = const(2)
_FLAGS = const(3)
_LOCAL = const(2)


def check(text, wildcards=False):
    """Raise ValueError unless `text` is a topic or, with `wildcards`, a filter; TypeError when it is not a str.

    A + stands for one whole level, a # for all that follow. Characters for which MQTT lets a receiver close
    the connection (controls, non-characters) are refused too.

        check("a/+/b", True)

    Source: MQTT 3.1.1 sections 1.5.3, 4.7.1 and 4.7.3.
    """
    if isinstance(text, str) and 0 < len(text) < _LONG and (wildcards or "+" not in text and "#" not in text):
        raw = text.encode()
        if len(raw) == len(text) and min(raw) >= 32 and 127 not in raw and text.count("/") < _DEEP:
            if not wildcards or are_whole(text.split("/")):
                return
    from .grammar import refuse

    refuse(text, wildcards)


def are_whole(levels):
    """Tell whether + and # are whole levels, and # the last one."""
    return "#" not in levels[:-1] and not any(
        [len(level) > 1 and ("+" in level or "#" in level) for level in levels]
    )


def matches(filter, topic):
    """Tell whether the valid `filter` matches `topic`.

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


def check_word(kind, text):
    """Raise ValueError unless `text` is fit for one level of a topic; `kind` says in the message what it is."""
    if not isinstance(text, str) or not text or text[0] == "$" or "/" in text or "+" in text or "#" in text:
        raise ValueError("%s %r: takes a word without / + # and a leading $" % (kind, text))
    check(text)


def id_of(module, id):
    """Return the id of a new module: `id`, or its class name in snake case. ValueError: not fit for a topic."""
    if id is None:
        id = _snake_case(type(module).__name__)
    check_word("module id", id)
    return id


def _snake_case(name):
    words = ""
    before = ""
    for i in range(len(name)):
        c = name[i : i + 1]  # MicroPython keeps for good each character that is taken out otherwise
        if words and c.isupper() and not before.isupper():
            words += "_"
        words += c.lower()
        before = c
    return words


def filters(bus):
    """Return the filters of all subscriptions, a list."""
    return [entry[_FILTER] for entry in bus._subscriptions]


def commands(bus):
    """Return what the outside may send, a set: the filters that end in `/set` and that modules listen to.

    Those of clients, and those that begin with $, are not among them.
    """
    return {
        entry[_FILTER]
        for entry in bus._subscriptions
        if not entry[_FLAGS] & _LOCAL and entry[_FILTER][-4:] == "/set" and entry[_FILTER][0] != "$"
    }
