"""Reads JSON to the letter: MicroPython's own reader takes `[1 2]`, `08` and `"\\q"` too."""

import json

from .ticks import const

RARE = True  # at boot, and while values come

# What may come next.
_VALUE = const(0)
_VALUE_OR_END = const(1)
_KEY = const(2)
_KEY_OR_END = const(3)
_REST = const(4)

_WORDS = {116: b"true", 102: b"false", 110: b"null"}
# What may follow these first octets of a character, from and to.
_SECOND = const(((b"\xe0", 0xA0, 0xBF), (b"\xed", 0x80, 0x9F), (b"\xf0", 0x90, 0xBF), (b"\xf4", 0x80, 0x8F)))
_MOST_DIGITS = const(60)
_HEX = const(b"0123456789abcdefABCDEF")
_TOO_LONG = const("holds a number of more than 60 characters")
_SLICE = const(127)  # tokens between two yields, a power of two less one


def loads(raw, depth=16, once=False):
    """The value of JSON bytes. once: no key may come twice in an object.

    ValueError: they are not JSON. OverflowError: they are, but nested too deep, or with a number without bound or half
    a character in them, which no reader keeps.

        loads(b'[1, "x"]')  # [1, "x"]
    """
    steps = read(raw, depth, once)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def read(raw, depth=16, once=False, make=None):
    """Generator: return what `loads` returns; it yields now and then, so that a long text holds nobody up.

    make: a generator that returns the value of JSON bytes, in place of the runtime's own reader.
    """
    keys = yield from scan(raw, depth)
    if b"\\ud" in raw or b"\\uD" in raw:
        raw = yield from _joined(raw)
    if not isinstance(raw, bytes):
        raw = bytes(raw)
    if raw and max(raw) > 127:
        check_utf8(raw)
    try:
        # From the bytes: a text of them would take a second piece of memory as large.
        value = (yield from make(raw)) if make else json.loads(raw)
        yield
        kept = yield from _measure(value)
    except (ValueError, RuntimeError):
        raise OverflowError("holds a number without bound")
    if once and kept < keys:
        raise ValueError("a key comes twice")
    return value


def _measure(value):
    # Return how many keys its objects have. ValueError: a number without bound.
    keys = 0
    if isinstance(value, float):
        if value - value != 0:
            raise ValueError
    elif isinstance(value, (dict, list)):
        count = 0
        if isinstance(value, dict):
            keys = len(value)
            value = value.values()
        for item in value:
            if isinstance(item, (float, dict, list)):
                keys += yield from _measure(item)
            count += 1
            if count & _SLICE == 0:
                yield
    return keys


def check(raw, depth=16):
    """Raise ValueError or OverflowError unless the bytes `raw` are one JSON value; see `scan`.

    check(b'{"a": [1, 2]}')
    """
    for _ in scan(raw, depth):
        pass


def scan(raw, depth=16):
    """Generator: raise ValueError unless the bytes `raw` are one JSON value, OverflowError beyond `depth` levels.

    It yields now and then, so that a long text holds nobody up, and returns how many keys there are. Not looked at:
    whether they are UTF-8, halves of surrogates, how large a number is.

    Source: RFC 8259 sections 2 to 7.
    """
    ends = bytearray()  # of the lists and objects around
    at = 0
    size = len(raw)
    next = _VALUE
    tokens = keys = 0
    while at < size:
        tokens += 1
        if tokens & _SLICE == _SLICE:
            yield
        octet = raw[at]
        if octet == 32 or octet == 9 or octet == 10 or octet == 13:
            at += 1
        elif octet == 93 or octet == 125:  # ] }
            if not ends or octet != ends[-1] or next == _VALUE or next == _KEY:
                break
            ends = ends[:-1]
            at += 1
            next = _REST
        elif next == _REST:
            if octet != 44 or not ends:  # ,
                break
            at += 1
            next = _VALUE if ends[-1] == 93 else _KEY
        elif octet == 34:  # "
            at += 1
            whole = False
            while not whole:
                at, whole = _string(raw, at)
                if not whole:
                    yield
            if next < _KEY:
                next = _REST
            else:
                while raw[at : at + 1] in (b" ", b"\t", b"\n", b"\r"):
                    at += 1
                if raw[at : at + 1] != b":":
                    break
                at += 1
                keys += 1
                next = _VALUE
        elif next >= _KEY:
            break
        elif octet == 91 or octet == 123:  # [ {
            if len(ends) == depth:
                raise OverflowError("is nested too deep: %d levels at most" % depth)
            ends.append(octet + 2)
            at += 1
            next = _VALUE_OR_END if octet == 91 else _KEY_OR_END
        else:
            word = _WORDS.get(octet)
            if word and raw[at : at + len(word)] != word:
                break
            at = at + len(word) if word else _number(raw, at)
            next = _REST
    if at < size:
        _refuse(at)
    if ends or next != _REST:
        raise ValueError("ends too early")
    return keys


def _refuse(at):
    raise ValueError("no JSON at character %d" % (at + 1))


def _string(raw, at):
    # How far the string whose text begins at `at` is read, and whether that is its end.
    end = escape = -1  # the next quotation mark, the next backslash
    for _ in range(_SLICE):
        if end < at:
            end = raw.find(b'"', at)
            if end < 0:
                raise ValueError("ends too early")
        if escape < at:
            escape = raw.find(b"\\", at, end)
            if escape < 0:
                escape = end
        until = min(end, escape, at + _SLICE)
        if until > at and min(raw[at:until]) < 32:
            _refuse(at)
        if until == end:
            return end + 1, True
        if until < escape:
            at = until
            continue
        at = escape + 2
        octet = raw[at - 1]
        if octet == 117:  # u
            digits = raw[at : at + 4]
            if len(digits) < 4 or not all([digit in _HEX for digit in digits]):
                _refuse(at)
            at += 4
        elif octet not in b'"\\/bfnrt':
            _refuse(at - 1)
    return at, False


def _number(raw, at):
    # The place after the number that begins at `at`.
    if raw[at] == 45:  # -
        at += 1
    zero = raw[at : at + 1] == b"0"
    end = _digits(raw, at)
    if zero and end > at + 1:
        _refuse(at)
    if raw[end : end + 1] == b".":
        end = _digits(raw, end + 1)
    if raw[end : end + 1] in (b"e", b"E"):
        end += 1
        if raw[end : end + 1] in (b"+", b"-"):
            end += 1
        end = _digits(raw, end)
    if end - at > _MOST_DIGITS:
        raise OverflowError(_TOO_LONG)
    return end


def _digits(raw, at):
    begin = at
    while at < len(raw) and 48 <= raw[at] <= 57:
        at += 1
        if at - begin > _MOST_DIGITS:
            raise OverflowError(_TOO_LONG)  # making one of thousands takes long
    if at == begin:
        _refuse(at)
    return at


def check_utf8(raw):
    """Raise ValueError unless the bytes `raw` are UTF-8.

    MicroPython lets longer forms than needed, halves of surrogates, and what is beyond U+10FFFF pass where it makes
    a str of bytes. Source: RFC 3629 section 4.
    """
    at = 0
    while at < len(raw):  # in pieces, for whole characters
        end = at + _SLICE
        while end < len(raw) and raw[end] & 0xC0 == 0x80 and end > at + _SLICE - 4:
            end -= 1
        str(raw[at:end], "utf-8")
        at = end
    wrong = max(raw) > 0xF4 or b"\xc0" in raw or b"\xc1" in raw
    for lead, least, most in _SECOND:
        at = raw.find(lead)
        while at >= 0 and not wrong:
            wrong = not least <= raw[at + 1] <= most
            at = raw.find(lead, at + 1)
    if wrong:
        raise ValueError("is not UTF-8")


def _joined(raw):
    r"""Put characters in the place of pairs such as \ud83d\ude00, of which MicroPython would keep two halves."""
    out = bytearray()
    at = done = count = 0
    while True:
        count += 1
        if count & _SLICE == 0:
            yield
        at = raw.find(b"\\", at)
        if at < 0:
            out.extend(raw[done:])
            return out
        if raw[at + 1] == 117 and raw[at + 2] in b"dD" and raw[at + 3] not in b"01234567":
            high = int(str(raw[at + 2 : at + 6], "ascii"), 16)
            low = raw[at + 8 : at + 12]
            low = int(str(low, "ascii"), 16) if raw[at + 6 : at + 8] == b"\\u" else 0
            if high > 0xDBFF or not 0xDC00 <= low < 0xE000:
                raise OverflowError("holds half a character")
            character = chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
            out.extend(raw[done:at])
            out.extend(character.encode())
            at = done = at + 12
        else:
            at += 2
