"""Reads JSON as people write it on a PC: a byte order mark, UTF-16, comments, a comma too many; and what is broken."""

import os

from .json_files import GOOD, load_good

RARE = True  # needed when somebody has written a file by hand

BAD = ".bad"  # ends the name of a file that could not be read


def text_of(raw):
    """Return the text of the bytes of a file: UTF-8 or UTF-16, with or without a byte order mark.

    ValueError: they are neither.
    """
    if raw[:3] == b"\xef\xbb\xbf":
        raw = raw[3:]
    elif raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _utf16(raw[2:], raw[0] == 0xFE)
    elif len(raw) > 1 and len(raw) % 2 == 0 and 0 in raw[:2]:  # JSON begins with two ASCII characters
        return _utf16(raw, raw[0] == 0)
    return str(raw, "utf-8")


def _utf16(raw, big):
    text = []
    high = 0
    if len(raw) % 2:
        raise ValueError("is half UTF-16")
    for i in range(0, len(raw), 2):
        unit = raw[i] << 8 | raw[i + 1] if big else raw[i + 1] << 8 | raw[i]
        if 0xD800 <= unit < 0xDC00 and not high:
            high = unit
        elif 0xDC00 <= unit < 0xE000 and high:
            text.append(chr(0x10000 + ((high - 0xD800) << 10) + unit - 0xDC00))
            high = 0
        elif high or 0xD800 <= unit < 0xE000:
            raise ValueError("is not UTF-16")
        else:
            text.append(chr(unit))
    if high:
        raise ValueError("is half UTF-16")
    return "".join(text)


def plain(text):
    """Return `text` with spaces for comments (`//`, `#`, `/* */`) and for a comma before a closing bracket."""
    out = []
    at = 0
    comma = -1  # the place in `out` of a comma after a value that nothing has followed yet
    after = ""  # the last character but white space
    size = len(text)
    while at < size:
        begin = at
        c = text[at : at + 1]
        if c == '"':
            at = _string_end(text, at + 1)
        elif c == "#" or text[at : at + 2] == "//":
            while at < size and text[at : at + 1] not in "\r\n":
                at += 1
            continue
        elif text[at : at + 2] == "/*":
            at = text.find("*/", at + 2)
            if at < 0:
                raise ValueError("a comment does not end")
            at += 2
            # Lines and columns keep their numbers.
            out.append("\n".join([" " * len(line) for line in text[begin:at].split("\n")]))
            continue
        else:
            at += 1
        if c in "]}" and comma >= 0:
            out[comma] = " "
        if c not in " \t\r\n":
            comma = len(out) if c == "," and after not in "[{:," else -1
            after = c
        out.append(text[begin:at])
    return "".join(out)


def _string_end(text, at):
    while at < len(text):
        c = text[at : at + 1]
        if c == "\\":
            at += 1
        elif c == '"':
            return at + 1
        at += 1
    raise ValueError("a string does not end")


def last_good(path, reason, tell, without="booting on defaults"):
    """Set the broken file `path` aside, put its last good copy in its place, and return the object in that.

    `tell(text)` is called with what is wrong, in which line where that is known, and what the device does: goes on
    with that copy, or, where there is none, what `without` says.
    """
    found = load_good(path)
    reason = _reason(path) or reason
    _remove(path + BAD)
    _rename(path, path + BAD)
    if found:
        try:
            with open(path + GOOD, "rb") as source, open(path, "wb") as f:
                f.write(source.read())
        except OSError:
            pass
    if tell:
        instead = "using the last good copy" if found else without
        tell("%s is broken (%s): kept as %s%s, %s" % (path, reason, path, BAD, instead))
    return found


def _reason(path):
    # Where in a file, and how, it stops being JSON; None when it does not.
    from .json_strict import check

    try:
        with open(path, "rb") as f:
            raw = plain(text_of(f.read())).encode()
        check(raw)
    except ValueError as error:
        what, place = str(error).rsplit(" ", 1)
        if place.isdigit():  # "no JSON at character 12"
            raw = raw[: int(place) - 1]
            return "no JSON in line %d, column %d" % (raw.count(b"\n") + 1, len(raw) - raw.rfind(b"\n"))
        if what == "ends too":
            return "ends too early, in line %d" % (raw.count(b"\n") + 1)
        return str(error)
    except (OSError, MemoryError):
        pass
    return None


def _rename(old, new):
    try:
        os.rename(old, new)
    except OSError:
        pass


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass
