"""Orders to the module `plugins`: commands, from inside and from outside, and what has become of a trial."""

from modcore import plugins
from modcore.property import Refused

from .module import COMMANDS

RARE = True  # needed when a command comes

_QUEUE = 8
_TWICE_MS = 60000  # within which a command that was refused as dangerous has to come again


def offer(module):
    """Declare the properties and listen."""
    for action in COMMANDS:
        module.listen("plugins/" + action, module.on_event)  # first: it would hear the property's value
        if action in module.config["allow"]:
            name = action[0].upper() + action[1:] + " plugin"
            module.property(action, "text", value="", set=module.on_command, name=name, max=48)
    module.status = module.property("status", "sensor", value="ready", name="Plugins")
    module.progress = module.property("progress", "sensor", value=0, name="Progress", unit="%")
    module.list = module.property("list", "sensor", name="Installed")
    module.listen("plugins/accepted", module.on_event)
    module.listen("plugins/failed", module.on_event)
    show_list(module)


def take_event(module, word, value):
    """Do what the event `plugins/<word>` says."""
    if word in ("accepted", "failed"):
        _decided(module, word, value)
        return
    try:
        _add(module, word, value)
    except ValueError as error:
        module.log.warning("refused:", error)
        module.tell("plugins/failed", {"action": word, "name": value, "reason": str(error)})


def take_command(module, property, value):
    """Take a command from outside. Refused: it is not taken, or has to be said twice."""
    if property.id == "remove":
        _check_way_in(module, value)
    _add(module, property.id, value)
    property.value = value


def _check_way_in(module, name):
    """Refuse once to remove what the device is reached by: whoever asks may not be able to bring it back."""
    from .ways import is_last

    now = module.kernel.uptime_ms()
    if is_last(module.kernel, name):
        if module.warned[0] != name or now - module.warned[1] > _TWICE_MS:
            module.warned = (name, now)
            text = "plugins/remove: without %s nobody reaches this device any more; say it again within %d s"
            raise Refused(text % (name, _TWICE_MS // 1000))
    module.warned = (None, 0)


def _add(module, action, name):
    _check(action, name)
    if len(module.jobs) >= _QUEUE:
        raise Refused("plugins/%s: %d others wait" % (action, _QUEUE))
    module.jobs.append((action, name))
    if module.steps is None and len(module.jobs) == 1:
        module.after(0, module.next)


def _check(action, name):
    """Refuse what can't be a plugin's name, or words to search for, before the log has it."""
    if action == "search":
        if not isinstance(name, str) or len(name) > 48 or min(name or " ") < " ":
            raise Refused("plugins/search takes a text, not %r" % (name,))
        return
    from .rules import InstallError, split_name

    try:
        split_name(name)
    except InstallError as error:
        raise Refused("plugins/%s takes the name of a plugin: %s" % (action, error))


def _decided(module, word, value):
    """Show what a trial has decided; while another command is at work that one is told."""
    if not module.steps:
        if word == "accepted":
            names = ["%s %s" % (name, value[name]) for name in sorted(value)]
            module.status.value = ", ".join(names) + " is accepted"
        else:
            module.status.value = "failed: %s" % value.get("reason")
    show_list(module)


def show_list(module):
    """Publish what is installed."""
    have = plugins.installed("version")
    module.list.value = {name: have[name].get("version") for name in have}
