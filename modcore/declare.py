"""Declares properties: what `Module.property` does, and the metadata that it takes."""

from .kinds import KINDS, is_number
from .property import Property
from .ticks import const
from .topics import check_word

RARE = True  # needed when a property is declared

_KINDS = const(
    "switch valve light button number select text sensor binary_sensor"
    " cover fan climate lock event date time datetime alarm_control_panel"
)
# What each key takes.
_WORDS = const(("name", "unit", "device_class", "state_class", "entity_category", "icon"))
_NUMBERS = const(("min", "max", "step", "order", "precision"))
_FLAGS = const(("hidden", "history"))
_TEXTS = const(("group", "note"))  # a str, or one a language: {"en": "Garden", "de": "Garten"}
_LISTS = const(("options", "fields", "effects", "presets", "fans", "modes"))


def property(module, id, kind, value=None, set=None, secret=False, keep: "bool | str" = False, **meta):
    """Declare the topic `<module>/<id>` with a value, and return its Property.

    kind: a word of Home Assistant's MQTT components: switch valve light button number select text sensor
    binary_sensor cover fan climate lock event date time datetime alarm_control_panel; docs/properties.md
    tells what each takes. set: called as `set(property, value)` with a checked value when a command
    arrives; without it the property is read-only. secret: nobody else on the bus gets the command.
    keep: the value is there again after a restart; "command": `set` is called with it, too.
    meta: name unit device_class state_class entity_category icon min max step options fields
    effects presets fans modes, and for pages order precision hidden history group note.
    ValueError: unknown kind or metadata, a value that the kind does not take, or declared twice.

        self.property("level", kind="number", value=3, min=0, max=10, set=self.on_level)
    """
    if module.kernel.bus.thread is not None:
        module.kernel.check_thread()
    check_word("%s: property id" % module.id, id)
    if id in module.properties:
        raise ValueError("%s: property %s is declared twice" % (module.id, id))
    if set is not None and not callable(set):
        raise TypeError("%s/%s: set takes a function of property and value, not %r" % (module.id, id, set))
    if meta or kind == "select" or kind not in KINDS:
        _check(module.id + "/" + id, kind, meta)
    meta["kind"] = kind
    meta["set"] = set is not None
    if secret:
        meta["secret"] = True  # for who shows it: a field that hides what is typed
    declared = Property(module, id, kind, set, meta)
    restored = False
    if value is not None:
        declared.value = value  # refused before anything is known of it
    if keep:
        if keep not in (True, "command") or not (set or keep is True):
            raise ValueError('%s: keep takes True, or "command" beside set, not %r' % (declared.topic, keep))
        from .kept import kept_of

        declared.keep = True
        value, restored = kept_of(module.kernel).restore(declared, value)
    module.properties[id] = declared
    module.kernel.bus.publish("$describe/" + declared.topic, meta, True, module)
    if set:
        module.listen(declared.topic + "/set", declared.on_set, secret)
    if value is not None:
        declared.value = value
    if restored and set and keep == "command":
        module.after(0, declared.on_set, declared.topic, value)
    return declared


def _check(topic, kind, meta):
    """Raise ValueError unless there is such a kind and its metadata makes sense."""
    if kind not in _KINDS.split():
        raise ValueError("%s: kind %r; have %s" % (topic, kind, _KINDS))
    for key, value in meta.items():
        wrong = _wrong(topic, key, value)
        if wrong and value is not None:
            raise ValueError("%s: %s takes %s, not %r" % (topic, key, wrong, value))
    low, high, step = meta.get("min"), meta.get("max"), meta.get("step")
    if low is not None and high is not None and low > high or step is not None and step <= 0:
        raise ValueError("%s: nothing lies between min=%s, max=%s, step=%s" % (topic, low, high, step))
    if kind in ("select", "event") and not meta.get("options"):
        raise ValueError("%s: the kind %s needs options" % (topic, kind))
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
