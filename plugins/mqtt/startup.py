"""What happens when the bridge starts: the configuration is checked, and the state of the device collected."""

from modcore.ticks import ticks_ms

from . import settings
from .link import Link
from .session import Session

RARE = True  # once, when the module starts


def begin(bridge):
    """Prepare `bridge` to connect. ValueError: what is wrong in its configuration, and what would be right."""
    from .leftovers import remember
    from .trial import settle

    settle(bridge)
    config = bridge.config
    bridge.prefix = settings.base(config, bridge.kernel) + "/"
    bridge.client_id = settings.client_id(config, bridge.kernel)
    bridge.brokers = settings.brokers(config)
    bridge.tls = None
    if settings.with_tls(config):
        bridge.tls = config["tls"] if isinstance(config["tls"], dict) else {}
    bridge.tls_context = bridge.address = None
    bridge.pause_s = 1
    bridge.failures = bridge.short = bridge.rejected = 0
    bridge.link = Link(config["max_packet"], bridge.on_oversize)
    bridge.session = Session(bridge.link, config["queue"], config["keep"] == "oldest")
    bridge.told = {}  # topic of the bus whose state the broker keeps -> the value that it has to get, or TOLD
    bridge.changed = []  # those that it has not got, in the order in which they changed
    own = (bridge.on_presence, bridge.on_neighbour)
    bridge.handlers = [entry for entry in bridge.handlers if entry[1] not in own]
    bridge.twins = []  # client ids of other devices that use the same topics
    bridge.swept = bridge.sweeping = False  # what the broker keeps of earlier days
    remember(bridge)
    bridge.exports = None
    if config["export"] != ["#"]:
        from .subscriptions import allows

        bridge.exports = allows(config["export"])
    bridge.due = ticks_ms()
    for name in ("status", "client"):
        bridge.subscribe(bridge.prefix + name, bridge.on_presence)
    for filter in config["neighbours"]:
        bridge.subscribe(filter, bridge.on_neighbour, config["qos"])
    bridge.listen("#", bridge.on_event)
    # After the listening, so that it stays here: to a broker it is `<base>/status`.
    bridge.property("connected", "binary_sensor", False, name="MQTT broker")
    if not bridge.brokers:
        bridge.log.error("config: mqtt: host is empty; name the broker there")
