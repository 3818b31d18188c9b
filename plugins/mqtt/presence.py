"""One device, one name: what the broker says of it, and what is done when two devices take themselves for it."""

from modcore.ticks import const

RARE = True  # when a connection begins, and when something is wrong

_MOST_TWINS = const(4)  # that are told: anybody may write to the topic


def answer(bridge, name, topic, payload):
    """Look at a message on the device's own topic `name`, `status` or `client`; payload: bytes."""
    if bridge.retained:
        return  # from before this connection, whose own words follow
    if name == "status":
        # What was said of an earlier connection, or of the other one of two devices.
        if payload != b"online":
            bridge.publish(topic, "online", True)
        return
    try:
        other = str(payload, "utf-8")[:80]
    except ValueError:
        other = repr(payload[:20])
    if not payload:  # somebody has cleared it
        bridge.publish(topic, bridge.client_id, True)
    elif other != bridge.client_id and other not in bridge.twins and len(bridge.twins) < _MOST_TWINS:
        bridge.twins.append(other)
        bridge.log.error(
            "another device (client id %r) has the topics %s, too: give one of them another name"
            % (other, bridge.prefix)
        )
        tell(bridge, "twin", {"client_id": other})
        bridge.publish(topic, bridge.client_id, True)


def bring(bridge, topic, payload):
    """Publish on the bus what came from beyond the device's own topics; False: it has no room."""
    from modcore import BusFull

    from .commands import decode

    try:
        value = decode(topic, payload, None, bridge.parsed) if payload else None
        bridge.kernel.bus.publish("%s/from/%s" % (bridge.id, topic), value, False, bridge)
    except BusFull:
        return False
    except ValueError as error:
        bridge.log.warning("refused:", error)
    return True


def clash(bridge):
    """The broker ends each connection soon: tell that there may be two devices of one client id, and take another.

    Under two ids both can stay; a device with a persistent session keeps its own, since the session hangs on it.
    """
    bridge.short = 0
    bridge.log.error(
        "the broker ends each connection soon: is there another device with the client id %r?"
        % bridge.client_id
    )
    tell(bridge, "clash", {"client_id": bridge.client_id})
    if not bridge.config["persistent"]:
        from binascii import hexlify
        from os import urandom

        bridge.client_id = bridge.client_id[:18] + "-" + hexlify(urandom(2)).decode()


def tell(bridge, event, value):
    """Publish an event of the bridge's own on the bus."""
    bridge.kernel.bus.publish("%s/%s" % (bridge.id, event), value, False, bridge)
