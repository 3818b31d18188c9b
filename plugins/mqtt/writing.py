"""Payloads of long lists and objects: written in slices, for the runtime's own writer would hold everybody up.

It takes 30 to 80 ms for a list of 120 KB; here it gets some hundred bytes at a time.
"""

import json

from modcore.kinds import is_json
from modcore.ticks import const, ticks_add, ticks_diff, ticks_ms

RARE = True  # most values are numbers and words

_PIECE = const(512)  # characters, about
_SLICE_MS = const(5)
_TEXT = const(512)  # characters of a long text that are written at a time


def begin(value):
    """Return the payload for a list or an object, bytes; where it is long a generator, for `advance`.

    TypeError: JSON has no such value.
    """
    if hasattr(value, "send"):
        return value  # that generator
    if _weigh(value, _PIECE) < _PIECE:
        return dumps(value).encode()
    return _whole(value)


def advance(payload):
    """Write on for some milliseconds; returns the payload, bytes, or None when there is more to write."""
    end = ticks_add(ticks_ms(), _SLICE_MS)
    try:
        while ticks_diff(end, ticks_ms()) > 0:
            next(payload)
    except StopIteration as done:
        return done.value
    return None


def prepare(session):
    """Write on at the payload of the next message of `session`; one that can't be written is lost."""
    index = session.in_flight
    topic, payload, retain, qos = session.store[index]
    try:
        payload = advance(payload)
    except Exception:  # whatever stands in the value
        session.store.pop(index)
        session.lost += 1
        return
    if payload is not None:
        session.store[index] = (topic, payload, retain, qos)


def _whole(value):
    out = bytearray()
    yield from _write(out, value)
    return out


def _write(out, value):
    if isinstance(value, str):
        out.extend(b'"')
        for at in range(0, len(value), _TEXT):
            out.extend(dumps(value[at : at + _TEXT])[1:-1].encode())
            yield
        out.extend(b'"')
        return
    pairs = isinstance(value, dict)
    marks = b"{}" if pairs else b"[]"
    out.extend(marks[:1])
    few = {} if pairs else []  # what is written next, at once
    weight = 0
    separator = b""
    for item in value:
        one = value[item] if pairs else item
        more = _weigh(one, _PIECE) + (len(item) if isinstance(item, str) else 0)
        if few and weight + more >= _PIECE:
            out.extend(separator + dumps(few)[1:-1].encode())
            separator = b", "
            few = {} if pairs else []
            weight = 0
            yield
        if more < _PIECE or not isinstance(one, (list, tuple, dict, str)):
            weight += more
            if pairs:
                few[item] = one
            else:
                few.append(one)
            continue
        out.extend(separator)
        separator = b", "
        if pairs:
            out.extend(dumps({item: 0})[1:-2].encode())
        yield from _write(out, one)
    if few:
        out.extend(separator + dumps(few)[1:-1].encode())
    out.extend(marks[1:])


def _weigh(value, limit):
    # About how many characters it takes, as far as that is below `limit`.
    if isinstance(value, str):
        return min(len(value) + 2, limit)
    if not isinstance(value, (list, tuple, dict)):
        return 8
    total = 2
    for item in value:
        total += _weigh(item, limit - total)
        if isinstance(value, dict):
            total += _weigh(value[item], limit - total)
        if total >= limit:
            return limit
    return total


def dumps(value):
    """The JSON text of a value, a str. TypeError: JSON has no such value, which MicroPython writes as `print` does."""
    if isinstance(value, dict):
        for key in value:
            if not (is_json(value[key]) and (key is None or isinstance(key, (str, int, float, bool)))):
                raise TypeError("JSON has no such value")
    elif not is_json(value):
        raise TypeError("JSON has no such value")
    return json.dumps(value)
