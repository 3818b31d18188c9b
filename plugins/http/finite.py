"""Values without NaN and infinity."""

RARE = True  # a sensor has one now and then


def finite(value):
    """A copy of a value of JSON's kinds, with None for NaN and infinity."""
    if isinstance(value, float) and value - value != 0:
        return None
    if isinstance(value, dict):
        return {key: finite(value[key]) for key in value}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value
