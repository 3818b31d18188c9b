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
    bridge.pause_s = 1  # before the next attempt to connect
    bridge.failures = 0  # attempts in a row that failed
    bridge.short = 0  # connections in a row that ended soon
    bridge.rejected = 0  # messages that had no business here
    bridge.ready = False  # there is something to read, or the attempt can go on
    bridge.heard = False  # something has come since the last ping
    bridge.watched = 0  # for what the socket is watched
    bridge.changes = None  # of the bus: which of its subscriptions the broker knows
    bridge.reserve = (
        None  # memory for the next attempt to connect, which must find room beside a server's guests
    )
    bridge.link = Link(config["max_packet"], bridge.on_oversize)
    bridge.session = Session(bridge.link, config["queue"], config["keep"] == "oldest")
    bridge.told = {}  # topic of the bus whose state the broker keeps -> the value that it has to get, or TOLD
    bridge.changed = []  # those that it has not got, in the order in which they changed
    bridge.twins = []  # client ids of other devices that use the same topics
    bridge.swept = bridge.sweeping = False  # what the broker keeps of earlier days
    remember(bridge)
    bridge.exports = None
    if config["export"] is not None:
        from .subscriptions import allows

        bridge.exports = allows(config["export"])
    bridge.due = ticks_ms()
    bridge.listen("#", bridge.on_event)
    # After the listening, so that it stays here: to a broker it is `<base>/status`.
    bridge.property("connected", "binary_sensor", False, name="MQTT broker")
    if not bridge.brokers:
        bridge.log.error("config: mqtt: host is empty; name the broker there")
