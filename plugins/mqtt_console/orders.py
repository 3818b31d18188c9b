"""Orders to install: the plugin `packages` does it, and gets the files by way of the broker."""

from modcore.json_strict import loads

RARE = True  # while a plugin is installed

_ACTIONS = ("install", "update")


def install(module, payload):
    """Do what `payload` says: `{"action": "update", "name": "lamp"}`. What comes of it stands on `plugins/#`."""
    try:
        order = loads(payload)
        action, name = order["action"], order["name"]
    except (ValueError, OverflowError, TypeError, KeyError):
        module.log.warning("refused: an order to install that is not understood")
        return
    plugins = module.kernel.modules.get("plugins")
    if not plugins or plugins.state != "RUNNING":
        module.log.warning("refused: an order to install, for the plugin packages does not run")
        return
    reason = None
    if action not in _ACTIONS:
        reason = "takes " + " or ".join(_ACTIONS)
    elif plugins.steps or plugins.jobs:
        reason = "another command is at work"
    if reason:
        module.log.warning("refused: %r %r: %s" % (action, name, reason))
        plugins.tell("plugins/failed", {"action": action, "name": name, "reason": reason})
        return
    module.kernel.relieve()
    from .pieces import Pieces

    plugins.way = module.way = Pieces(module)
    plugins.on_event("plugins/" + action, name)


def end(module):
    """The pieces have come, or will not come any more."""
    module.way.end()
    module.way = None
    plugins = module.kernel.modules.get("plugins")
    if plugins:
        plugins.way = None
