"""Arguments of the words that control a board. ValueError: the text is none such; it says what is taken."""


def whole(text):
    """Return the whole number, 0 or more, that a text is."""
    if not text.isdigit():
        raise ValueError("{!r}: takes a whole number from 0 on".format(text))
    return int(text)


def decimal(text):
    """Return the number that a text is (float)."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise ValueError("{!r}: takes a number".format(text))
    return value


def number(text):
    """Return the whole number that a text is."""
    try:
        return int(text)
    except ValueError:
        raise ValueError("{!r}: takes a whole number".format(text)) from None


def above(text, least):
    """Return the number that a text is (float), which has to be above `least`."""
    try:
        value = float(text)
    except ValueError:
        value = least
    if not least < value < float("inf"):
        raise ValueError("{!r}: takes a number above {}".format(text, least))
    return value


def pin(text):
    """Return the number or the name of a pin."""
    return whole(text) if text.isdigit() else text


def switch(text):
    """Return whether a text is on."""
    if text not in ("on", "off"):
        raise ValueError("{!r}: takes on or off".format(text))
    return text == "on"


def level(text):
    """Return the level of a pin: 0, 1, or None where it floats."""
    levels = {"0": 0, "1": 1, "low": 0, "high": 1, "float": None}
    if text not in levels:
        raise ValueError("{!r}: takes 0, 1 or float".format(text))
    return levels[text]
