"""Another zone by command."""

from modcore.property import Refused

from .zone import Zone

RARE = True  # needed for a command


def set_zone(tz, property, text):
    """Have the module use and save the zone `text`. Refused: it is none."""
    try:
        tz.zone = Zone(text)
    except ValueError as error:
        raise Refused("%s: %s" % (property.topic, error))
    section = tz.kernel.config.setdefault(tz.id, {})
    section["zone"] = tz.config["zone"] = text
    property.value = text
    try:
        tz.kernel.save()
    except OSError as error:
        tz.log.error("zone not saved:", error)
