"""Another zone by command."""

from modcore.orders import unknown
from modcore.property import Refused
from modcore.saver import save_soon

from .zone import Zone

RARE = True  # needed for a command


def set_zone(tz, command, text):
    """Have the module use and save the zone `text`. Refused: it can't be one, or can't be saved."""
    if command != "zone":
        raise unknown(tz, command)
    property = tz.properties["zone"]
    if text == tz.zone.text:
        return
    try:
        if not isinstance(text, str):
            raise ValueError("takes a text, not %r" % (text,))
        tz.zone = Zone(text)
    except ValueError as error:
        raise Refused("%s: %s" % (property.topic, error))
    section = tz.kernel.config.setdefault(tz.id, {})
    section["zone"] = tz.config["zone"] = text
    property.value = text
    save_soon(tz.kernel, property.topic)
