"""JSON, strictly: what goes out is valid JSON, what comes in is bounded. RFC 8259."""

from . import dumps as _dumps


def dumps(value):
    """`json.dumps`, with null for NaN and infinity, which JSON does not know."""
    text = _dumps(value)
    if "nan" in text or "inf" in text:  # which may also stand in a word
        text = _dumps(_finite(value))
    return text


def _finite(value):
    if isinstance(value, float) and value - value != 0:
        return None
    if isinstance(value, dict):
        return {key: _finite(value[key]) for key in value}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
