"""Messages from the broker: handed to whoever subscribed to them, or, as commands, to a property or the bus.

A command goes straight to its property, not by way of the bus: so the sender is told at once, and why, when the
property refuses it, and a full bus keeps nothing away from it. Its path: `deliver` finds out whom the topic means,
`carry_out` has the payload read as the property's kind wants it, `Property.command` checks the value and calls the
module.
"""

from modcore import BusFull, Refused
from modcore.ticks import const
from modcore.topics import check, matches

from . import packets
from .subscriptions import PRESENCE, may_come

RARE = True  # between commands minutes may pass

_PUBACK = const(0x40)
# Deeper than any value that a module takes; recursion elsewhere (JSON, copies) must not run out of stack.
_MAX_DEPTH = const(8)
# Kinds whose values are strings: what can be read as something else is still meant as text.
_TEXTS = const(("text", "select", "date", "time", "datetime", "event", "lock", "alarm_control_panel"))
_LARGE = const(1500)  # bytes of a payload that is read in slices


def receive(bridge, link, take=None):
    """Take the PUBLISH that `link` holds, and acknowledge it; False: the bus has no room for it yet.

    take: what does as the message says, in place of `deliver`.

    ValueError: it is malformed, or of QoS 2, which nobody asked for (MQTT 3.1.1 section 3.3).
    """
    data, end = link.buffer, link.size
    at = link.start + 2
    qos = data[0] >> 1 & 3
    size = data[at - 2] << 8 | data[at - 1] if at <= end else end
    number = 0
    begin = at + size + 2 * qos
    if begin > end or qos > 1:
        raise ValueError("malformed packet")
    if qos:
        number = data[begin - 2] << 8 | data[begin - 1]
        if not number:
            raise ValueError("malformed packet")
    payload = bytes(data[begin:end]) if bridge.parsed is None else bridge.parsed[0]
    if len(payload) > _LARGE:
        from .large import is_parsed

        if not is_parsed(bridge, payload):
            return False
    if not (take or deliver)(bridge, bytes(data[at : at + size]), payload, data[0] & 1):
        return False
    bridge.parsed = None
    if number and link is bridge.link:
        packets.header(link.out, _PUBACK, 2)
        packets.number16(link.out, number)
    return True


def deliver(bridge, topic, payload, retained):
    """Do what a message says; False: the bus has no room, and it has to come again.

    topic, payload: bytes. retained: the broker had kept it.
    """
    try:
        topic = str(topic, "utf-8")
        check(topic)  # a line feed in one would look like another line of the log
    except ValueError:
        bridge.rejected += 1
        return True
    taken = False
    bridge.retained = retained
    for filter, handler, _ in bridge.handlers:
        if matches(filter, topic):
            taken = True
            try:
                handler(topic, payload)
            except Exception as error:
                bridge.kernel.report(bridge, error)
    if retained and bridge.sweeping:
        from .leftovers import look

        look(bridge, topic, payload)
    if topic.startswith(bridge.prefix):
        name = topic[len(bridge.prefix) :]
    elif _is_wanted(bridge, topic):
        from .presence import bring

        return bring(bridge, topic, payload)
    else:
        name = ""
    if name in PRESENCE:
        from .presence import answer

        answer(bridge, name, topic, payload)
        return True
    if not name.endswith("/set"):
        # The device's own words come back where `neighbours` are so wide.
        bridge.rejected += not (taken or name and _is_wanted(bridge, topic))
        return True
    name = name[:-4]
    try:
        return _command(bridge, name, payload, retained)
    except Refused as reason:
        refuse(bridge, name, reason)
    return True


def _is_wanted(bridge, topic):
    return any([matches(filter, topic) for filter in bridge.config["neighbours"] or ()])


def _command(bridge, name, payload, retained):
    if not name or name[0] == "$" or not may_come(bridge, name):
        bridge.rejected += 1
        bridge.log.warning("refused: %s/set may not come from outside" % name[:80])
        return True
    if retained:
        # It was meant for the moment in which it was sent: nothing may move because of a restart.
        bridge.log.warning("refused: %s/set is retained on the broker: an old command" % name)
        return True
    return carry_out(bridge, name, payload)


def carry_out(bridge, name, payload):
    """Give a command to the property `name` (`valves/0`), or to those on the bus who listen to it.

    False: the bus has no room. Refused: the command is not taken, and why.
    """
    kernel = bridge.kernel
    slash = name.find("/")  # an ESP8266 has no str.partition
    owner = kernel.modules.get(name[:slash]) if slash > 0 else None
    declared = owner and owner.properties.get(name[slash + 1 :])
    if declared:
        value = decode(name, payload, declared.kind, bridge.parsed)
        declared.command(value)
        if _has_listeners(kernel.bus, name + "/set"):
            # As if the property's module had sent it: that one has it already.
            if not _publish(bridge, name + "/set", value, owner):
                bridge.session.lost += 1
        return True
    return _publish(bridge, name + "/set", decode(name, payload, None, bridge.parsed), bridge)


def _has_listeners(bus, topic):
    # Others than the property itself, such as a module that watches `+/+/set`.
    return len([f for f in bus.filters() if f.endswith("/set") and matches(f, topic)]) > 1


def _publish(bridge, topic, value, sender):
    try:
        bridge.kernel.bus.publish(topic, value, False, sender)
    except BusFull:
        return False
    except ValueError as error:
        raise Refused(str(error))
    return True


def refuse(bridge, name, reason):
    """Tell the log and `<base>/<name>/error` why a command is not carried out."""
    bridge.log.warning("refused:", reason)
    try:
        bridge.publish("%s%s/error" % (bridge.prefix, name), str(reason))
    except ValueError:
        pass  # a topic with control characters: the log has it


def decode(name, payload, kind=None, parsed=None):
    """The value that a payload (bytes) stands for: JSON, or else a bare text. Refused: it is neither.

    name: what is commanded, for the error. kind: of the property, when it is one. parsed: what large.is_parsed has made
    of it.

        decode("valves/0", b"true")          # True
        decode("mode/level", b"1", "select")  # "1", since that is what the state topic shows
    """
    if payload == b"true" and kind not in _TEXTS:
        return True
    if payload == b"false" and kind not in _TEXTS:
        return False
    if not payload and kind != "text":
        raise Refused("%s: the payload is empty" % name)
    try:
        text = str(payload, "utf-8")
        if payload and max(payload) > 127:
            from modcore.json_strict import check_utf8

            check_utf8(payload)
    except ValueError:
        raise Refused("%s: the payload is not UTF-8" % name)
    if kind in _TEXTS and text[:1] != '"':
        return text
    from modcore.json_strict import loads

    try:
        if parsed is None:
            return loads(payload, _MAX_DEPTH)
        _, _, value, error = parsed
        if error:
            raise error
        return value
    except OverflowError as error:
        raise Refused("%s: the payload %s" % (name, error))
    except ValueError:
        return text
    except MemoryError:
        raise Refused("%s: no memory for the payload" % name)
