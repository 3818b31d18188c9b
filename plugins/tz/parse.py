"""The grammar of POSIX TZ strings. A reader takes the text and a place in it, returns what it found and the next."""

from modcore.ticks import const

RARE = True  # needed when a zone is read

_TIME = const("h[:mm[:ss]]")
# Without a rule: what C libraries take, that of the United States.
_DEFAULT_RULES = const((("M", 3, 2, 0, 7200), ("M", 11, 1, 0, 7200)))


def parse(text):
    """((standard, daylight) names, offsets in s east, (start, end) rules or None) of a TZ string.

    A rule is (kind, month, week, day, second of the day), kind "M", "J" or "".
    ValueError: it is not one, and why. Source: POSIX.1-2017 section 8.3; RFC 8536 section 3.3.1.
    """
    if not isinstance(text, str):
        raise ValueError("zone: takes a TZ string like UTC0 or CET-1CEST,M3.5.0,M10.5.0/3")
    standard, at = _name(text, 0)
    west, at = _time(text, at, 24, "offset")
    if at == len(text):
        return (standard, None), (-west, None), None
    daylight, at = _name(text, at)
    west_dst = west - 3600
    if at < len(text) and text[at] != ",":
        west_dst, at = _time(text, at, 24, "offset")
    rules = _DEFAULT_RULES
    if at < len(text):
        start, at = _rule(text, at)
        end, at = _rule(text, at)
        rules = (start, end)
    if at < len(text):
        _wrong(text, at, "the end")
    return (standard, daylight), (-west, -west_dst), rules


def _wrong(text, at, wanted):
    message = "zone %r: at %d expected %s" % (text, at, wanted)
    if "/" in text and not any([c in text for c in "0123456789,"]):
        message += "; for the name of a zone take the last line of /usr/share/zoneinfo/" + text
    raise ValueError(message)


def _one_of(text, at, characters):
    """The character there if it is one of these, else an empty one."""
    found = text[at : at + 1]
    if not found or found not in characters:
        return "", at
    return found, at + 1


def _expect(text, at, character, wanted):
    found, at = _one_of(text, at, character)
    if not found:
        _wrong(text, at, wanted)
    return at


def _name(text, at):
    quoted, start = _one_of(text, at, "<")
    at = start
    while True:
        c = text[at : at + 1]
        if not ("a" <= c <= "z" or "A" <= c <= "Z" or quoted and c and c in "0123456789+-"):
            break
        at += 1
    found = text[start:at]
    if len(found) < 3:
        _wrong(text, at, "a name of 3 or more letters, or <name>")
    if quoted:
        at = _expect(text, at, ">", ">")
    return found, at


def _number(text, start, low, high, what):
    at = start
    while text[at : at + 1] and text[at] in "0123456789":
        at += 1
    digits = text[start:at]
    if not digits or len(digits) > 3 or not low <= int(digits) <= high:
        _wrong(text, start, "%s from %d to %d" % (what, low, high))
    return int(digits), at


def _time(text, at, hours, what):
    sign, at = _one_of(text, at, "+-")
    found, at = _number(text, at, 0, hours, "%s: %s, hours" % (what, _TIME))
    found *= 3600
    for unit, size in (("minutes", 60), ("seconds", 1)):
        colon, at = _one_of(text, at, ":")
        if not colon:
            break
        part, at = _number(text, at, 0, 59, unit)
        found += part * size
    return -found if sign == "-" else found, at


def _rule(text, at):
    at = _expect(text, at, ",", ", and a rule")
    month = week = 0
    kind, at = _one_of(text, at, "MJ")
    if kind == "M":
        month, at = _number(text, at, 1, 12, "month")
        at = _expect(text, at, ".", ".")
        week, at = _number(text, at, 1, 5, "week")
        at = _expect(text, at, ".", ".")
        day, at = _number(text, at, 0, 6, "weekday")
    elif kind == "J":
        day, at = _number(text, at, 1, 365, "day")
    else:
        day, at = _number(text, at, 0, 365, "Mm.w.d, Jn or day")
    second = 7200
    slash, at = _one_of(text, at, "/")
    if slash:
        second, at = _time(text, at, 167, "time")
    return (kind, month, week, day, second), at
