"""Commands by way of Homie: `homie/5/<device>/<node>/<property>/set`."""

import json

from modcore import Refused
from modcore.topics import check
from plugins.mqtt import commands
from plugins.mqtt.subscriptions import may_come

from .description import PRESS, parts
from .identifiers import property_name
from .payloads import decode

RARE = True  # between commands minutes may pass


def deliver(module, topic, payload, retained):
    """Do what a message says; False: the bus has no room. As plugins/mqtt/commands.py, whose `deliver` it replaces."""
    try:
        name = str(topic, "utf-8")
        check(name)
    except ValueError:
        module.rejected += 1
        return True
    if not name.startswith(module.prefix) or not name.endswith("/set"):
        return commands.deliver(module, topic, payload, retained)
    name = name[len(module.prefix) : -4]
    try:
        return _command(module, name, payload, retained)
    except Refused as reason:
        module.log.warning("refused:", reason)
        module.publish(module.prefix + "$log/warn", str(reason))
    return True


def _command(module, name, payload, retained):
    topic, field, about = _find(module, name)
    if not about.get("settable"):
        raise Refused("%s can't be set" % name)
    if not may_come(module, topic):
        raise Refused("%s: commands for it are not let in" % name)
    if retained:
        raise Refused("%s: a retained command is not carried out" % name)
    value = decode(name, payload, about["datatype"])
    if about.get("format") == PRESS:
        if value != PRESS:
            raise Refused("%s takes %s" % (name, PRESS))
        value = True
    if field and not (field == "action" and about["datatype"] == "enum"):
        value = {field: value}
    return commands.carry_out(module, topic, json.dumps(value).encode())


def _find(module, name):
    # The bus's topic, the field and the description of Homie's property `name`.
    for topic in module.shown:
        if name.startswith(property_name(topic)):
            meta = module.kernel.bus.get("$describe/" + topic)
            for field, about in parts(topic, meta, module.shown[topic]) if meta else ():
                if property_name(topic, field) == name:
                    return topic, field, about
    raise Refused("there is no property %s" % name)
