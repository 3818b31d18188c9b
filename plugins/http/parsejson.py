"""Reading JSON from strangers: depth, size and numbers bounded. RFC 8259 section 9."""

import json
import sys

from . import HttpError

_SURROGATE = (b"\\uD", b"\\ud")


def loads(raw, most=16):
    """The value of JSON bytes; HttpError 400: no JSON, nested deeper than `most`, numbers out of range."""
    if "modcore" in sys.modules:
        from modcore.bus import load

        try:
            return load("json_strict").loads(raw, most)
        except ValueError as error:
            raise HttpError(400, "body: takes JSON: %s" % error)
    # A server without a kernel loads none for this.
    if raw.count(b"[") + raw.count(b"{") > most:
        _check_depth(raw, most)
    try:
        for mark in _SURROGATE:
            if mark in raw:
                raw = _join_surrogates(raw)
                break
        # MicroPython's reader takes a text that ends too early for whole; the brackets around it show that.
        value = json.loads("[[" + str(raw, "utf-8") + "],7]")
        if len(value) != 2 or len(value[0]) != 1:
            raise ValueError
        _check(value[0][0])
        return value[0][0]
    except (ValueError, SyntaxError, RuntimeError):  # RuntimeError: recursion
        raise HttpError(400, "body: takes JSON")


def _check_depth(raw, most):
    depth = 0
    inside = escaped = False
    for octet in raw:
        if escaped:
            escaped = False
        elif octet == 92:  # backslash
            escaped = inside
        elif octet == 34:
            inside = not inside
        elif not inside:
            if octet == 91 or octet == 123:
                depth += 1
                if depth > most:
                    raise HttpError(400, "body: JSON nested too deep")
            elif octet == 93 or octet == 125:
                depth -= 1


def _join_surrogates(raw):
    r"""Replace \ud83d\ude00 by the character: MicroPython would keep two halves."""
    out = bytearray()
    at = 0
    size = len(raw)
    while at < size:
        octet = raw[at]
        if octet == 92 and at + 1 < size:
            if raw[at + 1] == 117 and at + 2 < size and raw[at + 2] in b"dD":
                high = int(raw[at + 2 : at + 6], 16)
                if high >= 0xD800:
                    if raw[at + 6 : at + 8] != b"\\u" or high > 0xDBFF:
                        raise ValueError
                    low = int(raw[at + 8 : at + 12], 16)
                    if not 0xDC00 <= low < 0xE000:
                        raise ValueError
                    out.extend(chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00).encode())
                    at += 12
                    continue
            out.append(octet)
            at += 1
            octet = raw[at]
        out.append(octet)
        at += 1
    return bytes(out)


def _check(value):
    if isinstance(value, float):
        if value - value != 0:  # NaN, infinity, 1e400
            raise ValueError
    elif isinstance(value, dict):
        for item in value.values():
            _check(item)
    elif isinstance(value, list):
        for item in value:
            _check(item)
