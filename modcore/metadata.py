"""The metadata of properties, checked where they are declared."""

from .kinds import is_number

RARE = True  # needed when a property is declared

_KINDS = "switch valve light button number select text sensor binary_sensor"
_MORE_KINDS = " cover fan climate lock event date time datetime alarm_control_panel"
# What each key takes.
_WORDS = ("name", "unit", "device_class", "state_class", "entity_category", "icon")
_NUMBERS = ("min", "max", "step", "order", "precision")
_FLAGS = ("hidden", "history")
_TEXTS = ("group", "note")  # a str, or one a language: {"en": "Garden", "de": "Garten"}
_LISTS = ("options", "fields", "effects", "presets", "fans", "modes")


def check(topic, kind, meta):
    """Raise ValueError unless there is such a kind and its metadata makes sense."""
    if kind not in (_KINDS + _MORE_KINDS).split():
        raise ValueError("%s: kind %r; have %s" % (topic, kind, _KINDS + _MORE_KINDS))
    for key, value in meta.items():
        wrong = _wrong(topic, key, value)
        if wrong and value is not None:
            raise ValueError("%s: %s takes %s, not %r" % (topic, key, wrong, value))
    low, high, step = meta.get("min"), meta.get("max"), meta.get("step")
    if low is not None and high is not None and low > high or step is not None and step <= 0:
        raise ValueError("%s: nothing lies between min=%s, max=%s, step=%s" % (topic, low, high, step))
    if kind in ("select", "event") and not meta.get("options"):
        raise ValueError("%s: %s %s needs options" % (topic, "an" if kind == "event" else "a", kind))
    if kind in ("cover", "fan", "climate") or "fields" in meta:
        from .appliances import check_fields

        check_fields(topic, kind, meta)


def _wrong(topic, key, value):
    # What `key` takes, "" when `value` is right.
    if key in _NUMBERS:
        return "" if is_number(value) else "a number"
    if key in _WORDS:
        return "" if isinstance(value, str) else "a str"
    if key in _FLAGS:
        return "" if isinstance(value, bool) else "true or false"
    if key in _TEXTS:
        return "" if isinstance(value, (str, dict)) else "a str, or a dict of languages"
    if key in _LISTS:
        right = isinstance(value, (list, tuple)) and all([isinstance(item, str) for item in value])
        return "" if right else "a list of words"
    have = ", ".join(_WORDS + _NUMBERS + _FLAGS + _TEXTS + _LISTS)
    raise ValueError("%s: metadata %r: have %s" % (topic, key, have))
