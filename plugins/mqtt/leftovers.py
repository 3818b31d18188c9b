"""Leftovers of earlier days on the broker: state of properties that are gone, and of the name that the device had.

Only what the broker sends as retained is looked at, and only for seconds; then nothing of it is subscribed to.
"""

from modcore.ticks import const

from . import packets

RARE = True  # once after the start

_CLIENTS_MS = const(2000)
_LISTEN_MS = const(5000)
_OWN = const(("status", "client", "modcore"))  # what stands beside the topics of the bus


def remember(bridge):
    """Note under which name the device is on the broker, and find out under which it was before it was renamed.

    It stands in a file beside config.json, `mqtt.json`; a program without a config.json keeps none.
    """
    bridge.earlier = False
    if not has_file(bridge.kernel):
        return
    import json

    try:
        with open(_path(bridge)) as f:  # written by `_save` alone
            was = dict(json.load(f))
    except (OSError, ValueError, TypeError):
        was = {}
    if was.get("prefix", bridge.prefix) != bridge.prefix:
        bridge.earlier = was
    elif was.get("client") != bridge.client_id:
        _save(bridge)


def has_file(kernel):
    """Tell whether the device has a config.json, rather than a program that holds its configuration."""
    import os

    try:
        os.stat(kernel.path)
        return True
    except OSError:
        return False


def look_when_due(bridge):
    """Once, when the device has been connected for `forget_s`: ask the broker for what it keeps of this device."""
    wait_s = bridge.config["forget_s"]
    if wait_s and bridge.kernel.uptime_ms() - bridge.since_ms >= wait_s * 1000:
        begin(bridge)
    bridge.swept = bridge.sweeping or not wait_s


def begin(bridge):
    """Ask the broker for what it keeps of this device, and for whether its former name is still its own."""
    # First: whose topics begin as those of this device, though they are another's? One may be called "house/garden".
    bridge.sweeping = ["\n"]  # what no topic begins with
    filters = [bridge.prefix + "+/client"]
    if bridge.earlier:
        earlier = bridge.earlier["prefix"]
        filters += [earlier + rest for rest in (_mark(bridge), "+/client", "+/+/client")]
    for filter in filters:
        bridge.subscribe(filter, _ignore)
    bridge.after(_CLIENTS_MS, _look_at_all, bridge)


def _look_at_all(bridge):
    for filter in ("+", "+/+"):
        bridge.subscribe(bridge.prefix + filter, _ignore)
    bridge.after(_LISTEN_MS, _end, bridge)


def look(bridge, topic, payload):
    """Clear a retained message unless it is of today, or another device's."""
    earlier = bridge.earlier
    if not payload or any([topic.startswith(other) for other in bridge.sweeping]):
        return
    if earlier and topic == earlier["prefix"] + _mark(bridge):
        if bridge.former:  # it comes again, with all that is below
            _clear(bridge, topic)
        elif payload in (earlier["client"].encode(), b"lost", b"disconnected"):
            # Else another device has taken the name meanwhile.
            bridge.former = earlier["prefix"]
            bridge.subscribe(bridge.former + "#", _ignore)
            bridge.kernel.bus.publish(bridge.id + "/former", bridge.former, False, bridge)
    elif (
        bridge.commanded is None
        and topic.endswith("/client")
        and topic != bridge.prefix + "client"
        and not _is_own(bridge, topic)
    ):
        bridge.sweeping.append(topic[:-6])
    elif topic.startswith(bridge.prefix):
        name = topic[len(bridge.prefix) :]
        if name[:8] == "console/" and "mqtt_console" in bridge.kernel.modules:
            return
        if name not in _OWN and not name.endswith("/set") and name not in bridge.told:
            _clear(bridge, topic)
    elif bridge.former and topic.startswith(bridge.former):
        _clear(bridge, topic)


def _mark(bridge):
    # The topic that tells whose a name is; the second one by the Homie convention.
    return "client" if bridge.commanded is None else "$state"


def _is_own(bridge, topic):
    # A module may have a property that is called "client".
    return topic.startswith(bridge.prefix) and topic[len(bridge.prefix) :] in bridge.told


def _clear(bridge, topic):
    # At once: there may be more of them than messages may wait.
    packets.publish(bridge.link.out, topic.encode(), b"", True)


def _end(bridge):
    bridge.sweeping = False
    bridge.handlers = [entry for entry in bridge.handlers if entry[1] is not _ignore]
    bridge.changes = None
    if bridge.earlier and bridge.connected:
        bridge.earlier = False
        _save(bridge)


def _ignore(topic, payload):
    pass  # what is retained goes to look()


def _path(bridge):
    path = bridge.kernel.path
    return path[: path.rfind("/") + 1] + bridge.id + ".json"


def _save(bridge):
    from modcore.json_files import save

    try:
        save(_path(bridge), {"prefix": bridge.prefix, "client": bridge.client_id})
    except OSError as error:
        bridge.log.warning("%s can't be saved: %s" % (_path(bridge), error))
