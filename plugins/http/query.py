"""Percent-encoding, and the names and values of queries and forms: RFC 3986 section 2.1, the URL standard."""

from .errors import HttpError

RARE = True  # only requests with escapes or a query


def unquote(raw):
    """The text of percent-encoded bytes: `unquote(b"a%20b")` is "a b". HttpError 400: broken escapes, not UTF-8."""
    parts = raw.split(b"%")
    if len(parts) > 1:
        out = [parts[0]]
        for part in parts[1:]:
            digits = part[:2]
            if len(digits) != 2 or digits.lstrip(b"0123456789abcdefABCDEF"):
                raise HttpError(400, "% takes two hexadecimal digits")
            octet = int(digits, 16)
            out.append(bytes((octet,)))
            out.append(part[2:])
        raw = b"".join(out)
    try:
        text = str(raw, "utf-8")
        if raw and max(raw) > 127:
            _check_utf8(text, raw)
        return text
    except ValueError:  # UnicodeError is one
        raise HttpError(400, "takes UTF-8")


def _check_utf8(text, raw):
    """MicroPython lets surrogates and overlong forms pass."""
    size = 0
    for c in text:
        point = ord(c)
        if 0xD800 <= point < 0xE000 or point > 0x10FFFF:
            raise ValueError
        size += 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4
    if size != len(raw):
        raise ValueError


def pairs(raw):
    """A list of (name, value) of a query or form: `pairs(b"a=1&b=%20")` is [("a", "1"), ("b", " ")]."""
    found = []
    for part in raw.split(b"&"):
        if part:
            name, _, value = part.replace(b"+", b" ").partition(b"=")
            found.append((unquote(name), unquote(value)))
    return found
