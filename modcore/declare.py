"""Declares properties: what `Module.property` does, and what it refuses."""

from .grammar import check_word
from .kinds import KINDS
from .property import Property

RARE = True  # needed when a property is declared


def declare(module, id, kind, value, set, secret, keep, meta):
    """What `Module.property` does; see there."""
    module.kernel.bus._own_thread()
    check_word("%s: property id" % module.id, id)
    if id in module.properties:
        raise ValueError("%s: property %s is declared twice" % (module.id, id))
    if set is not None and not callable(set):
        raise TypeError("%s/%s: set takes a function of property and value, not %r" % (module.id, id, set))
    if meta or kind == "select" or kind not in KINDS:
        from .metadata import check

        check("%s/%s" % (module.id, id), kind, meta)
    meta["kind"] = kind
    meta["set"] = set is not None
    if secret:
        meta["secret"] = True  # for who shows it: a field that hides what is typed
    declared = Property(module, id, kind, set, meta)
    restored = False
    if value is not None:
        declared.value = value  # refused before anything is known of it
    if keep:
        from .keep import kept_of

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
