"""Values of properties on a command line: JSON, or plain words."""

import json


def parse(text):
    """The value that a word of a command line stands for: JSON where it is that, else the word itself.

    parse("true"), parse("21.5"), parse("auto")     # True, 21.5, "auto"
    """
    try:
        return json.loads(text)
    except ValueError:
        return text


def payload(value):
    """A value as MQTT carries it: JSON, a bare string as it is."""
    if isinstance(value, str) and parse(value) == value and not value.startswith('"'):
        return value
    return json.dumps(value)


def shown(value):
    """A value as one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def matches(filter, topic):
    """Tell whether an MQTT filter matches a topic: MQTT 3.1.1 section 4.7."""
    wanted, levels = filter.split("/"), topic.split("/")
    for i, want in enumerate(wanted):
        if want == "#":
            return True
        if i == len(levels) or want not in ("+", levels[i]):
            return False
    return len(wanted) == len(levels)


def is_filter(text):
    """Tell whether `text` is an MQTT filter: MQTT 3.1.1 section 4.7.1."""
    levels = text.split("/")
    wild = [level for level in levels if "+" in level or "#" in level]
    return bool(text) and all(level in ("+", "#") for level in wild) and "#" not in levels[:-1]


def is_topic(text):
    """Tell whether `text` is an MQTT topic: MQTT 3.1.1 section 4.7.1."""
    return bool(text) and "+" not in text and "#" not in text
