"""Ids of Homie: lower-case letters, digits and hyphens, none at the ends."""

from hashlib import sha256

RARE = True  # when a device is described, and for commands


def device_id(name):
    """The id of a device by its name. device_id("garden-1")  # garden-1"""
    return _identifier(name, "-")


def property_name(topic, field=None):
    """`<node>/<property>` for a topic of the bus; field: the part of its value that it stands for.

    property_name("pump/rain_delay")     # pump/rain-delay
    property_name("lamp/light", "on")    # lamp/light--on
    """
    slash = topic.find("/")
    name = _identifier(topic[:slash], "_") + "/" + _identifier(topic[slash + 1 :], "_")
    return name + "--" + field if field else name


def _identifier(text, hyphen):
    # What is not simple gets a part of its hash, so that no two are alike; no simple one has two hyphens in a row.
    out = lower = ""
    for c in text:
        if "a" <= c <= "z" or "0" <= c <= "9":
            out += c
        else:
            out += "-" if c == hyphen else "--"
    if out and "--" not in out and out[0] != "-" and out[-1] != "-":
        return out
    for c in text.lower():
        if "a" <= c <= "z" or "0" <= c <= "9":
            lower += c
    digest = sha256(text.encode()).digest()
    lower = "".join([c for c in text.lower() if "a" <= c <= "z" or "0" <= c <= "9"])
    return (lower or "x") + "--" + "".join(["%02x" % octet for octet in digest[:4]])
