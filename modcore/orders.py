"""Commands that change more than a property: from outside only where `allow` of the configuration names them."""

from .property import Refused

RARE = True  # needed when the module starts, and for commands


def check(module, commands):
    """Raise ValueError where `allow` names something that is not one of `commands`."""
    for name in module.config["allow"]:
        if name not in commands:
            raise ValueError("%s: allow: %r; have %s" % (module.id, name, ", ".join(commands)))


def take(module):
    """Have other modules of the device give `module` its commands on `$<id>/<command>`, whatever is allowed."""
    module.listen("$%s/+" % module.id, lambda topic, value: _order(module, topic, value), True)


def give(property, value):
    """Carry out a command that came from outside: the `set` of a property that `allow` names."""
    property.module.do(property.id, value)


def unknown(module, command):
    """Return the Refused to raise for a command that there is not."""
    return Refused("%s/%s: no such command" % (module.id, command))


def _order(module, topic, value):
    try:
        module.do(topic.rsplit("/", 1)[1], value)
    except Refused as error:
        module.log.warning("refused:", error)
