"""Start of the module: the broker's settings are taken from `mqtt`."""

from modcore.topics import check_word
from plugins.mqtt.startup import client_id, prepare

from .identifiers import device_id

RARE = True  # once, when the module starts

_OWN = ("client_id", "base", "persistent", "neighbours", "trial_s", "forget_s")  # not those of mqtt


def begin(module):
    """Prepare `module` to connect. ValueError: what is wrong in its configuration."""
    bridge = module.kernel.modules["mqtt"]
    own = module.config
    config = module.config = dict(module.defaults)
    for key in bridge.defaults:
        config[key] = bridge.defaults[key] if key in _OWN else bridge.config[key]
    config.update(own)
    # MQTT promises 23 characters, see plugins/mqtt/startup.py.
    if not config["client_id"]:
        config["client_id"] = client_id(bridge.config, module.kernel)[:17] + "-homie"
    config["base"] = base(config, module.kernel.name)
    module.commanded = (config["base"] + "/+/+/set",)
    module.trial_end_ms = None
    module.shown = {}  # the bus's topic of each property -> its datatype where its value told it, else None
    prepare(module)
    module.listen("#", module.on_event)
    module.listen("$describe/#", module.on_describe)
    module.listen("$restart", module.on_restart)
    module.listen("mqtt/former", module.on_former)
    module.source = bridge.config
    module.listen("mqtt/connected", module.on_bridge)
    # After the listening: it is not a property of Homie's own.
    module.property("connected", "binary_sensor", False, name="Homie", entity_category="diagnostic")


def base(config, name):
    """Return what all topics of the device `name` begin with. ValueError: the id that is configured can't be one."""
    id = config["device_id"] or device_id(name)
    if config["device_id"] and device_id(id) != id:
        raise ValueError("homie: device_id %r: takes a-z, 0-9 and single hyphens" % id)
    check_word("homie: domain", config["domain"])
    return "%s/5/%s" % (config["domain"], id)
