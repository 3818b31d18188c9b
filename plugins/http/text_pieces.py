"""An answer whose text has no place in memory in one piece: it is sent piece by piece."""

from .connection import dumps

RARE = True  # only where memory is short

_CHARACTERS = 512


def pieces(answer):
    """Generator: yield a str in parts, or a dict or list as JSON.

    "".join(pieces({"a": [1, 2]}))  # '{"a": [1, 2]}'
    """
    if isinstance(answer, str):
        for at in range(0, len(answer), _CHARACTERS):
            yield answer[at : at + _CHARACTERS]
        return
    text = ""
    for part in _parts(answer):
        text += part
        if len(text) >= _CHARACTERS:
            yield text
            text = ""
    yield text


def _parts(value):
    if not value or not isinstance(value, (dict, list, tuple)):
        yield dumps(value)
        return
    keyed = isinstance(value, dict)
    before = "{" if keyed else "["
    for item in value:
        # Every kind of key is written as in an object of one.
        yield before + dumps({item: 0})[1:-2] if keyed else before
        yield from _parts(value[item] if keyed else item)
        before = ", "
    yield "}" if keyed else "]"
