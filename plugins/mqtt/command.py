"""Commands from the broker: checked at the edge, then given to the property, or to the bus."""

from modcore import BusFull, Refused
from modcore.bus import load as kernel_part

from . import load

# Deeper than any value that a module takes; recursion elsewhere (JSON, copies) must not run out of stack.
_MAX_DEPTH = 8


def topic(link):
    """The topic of the PUBLISH in the link's buffer, bytes. ValueError: it can't be one (MQTT 3.1.1 section 3.3)."""
    buffer = link.buffer
    i = 1
    while buffer[i] & 0x80:
        i += 1
    i += 3
    if i <= link.size:
        end = i + (buffer[i - 2] << 8 | buffer[i - 1])
        qos = buffer[0] & 6
        if qos <= 2 and end + qos <= link.size:
            return bytes(buffer[i:end])
    raise ValueError("malformed packet")


def deliver(bridge, link):
    """Let umqtt decode the PUBLISH that the link holds, and do what it says."""
    topic(link)
    retained = link.buffer[0] & 1
    message = []
    link.cb = lambda topic, payload: message.extend((topic, payload))
    link.wait_msg()
    try:
        name = message[0].decode()
    except ValueError:
        return bridge.log.warning("refused: a topic that is no UTF-8")
    payload = message[1]
    for filter in list(bridge.entries):
        if filter == name or "+" in filter and _matches(filter, name):
            return bridge.entries[filter](name, payload)
    base = bridge.base
    if not name.startswith(base) or name[-4:] != "/set":
        return
    name = name[len(base) : -4]
    if retained:
        # It was meant for the moment in which it was sent: nothing may move because of a restart.
        return bridge.log.warning("refused: %s/set is retained on the broker: an old command" % name)
    try:
        command(bridge, name, decode(name, payload))
    except Refused as reason:
        refuse(bridge, name, reason)


def _matches(filter, name):
    from modcore.topics import matches

    return matches(filter, name)


def refuse(bridge, name, reason):
    """Tell the log and `<base>/<name>/error` why a command is not carried out."""
    bridge.log.warning("refused:", reason)
    bridge.send("%s%s/error" % (bridge.base, name), str(reason))


def decode(name, payload):
    """The value that a payload (bytes) stands for: JSON, or else a bare string. Refused: neither."""
    if payload == b"true" or payload == b"false":
        return payload == b"true"
    if not payload:
        raise Refused("%s: the payload is empty" % name)
    try:
        text = payload.decode()
    except ValueError:
        raise Refused("%s: the payload is no UTF-8" % name)
    json = kernel_part("json_strict")
    try:
        return json.loads(payload, _MAX_DEPTH)
    except json.Excessive as error:
        raise Refused("%s: the payload %s" % (name, error))
    except ValueError:
        return text
    except MemoryError:
        raise Refused("%s: no memory for the payload" % name)


def command(bridge, name, value):
    """Hand `value` to the property `name` (`valves/0`), and to whoever else listens to its commands.

    Refused: it is not taken, and why.
    """
    kernel = bridge.kernel
    bus = kernel.bus
    topic = name + "/set"
    module, _, id = name.partition("/")
    module = kernel.modules.get(module)
    property = module and module.properties.get(id)
    if property:
        property.command(value)
        filters = [f for f in bus.filters() if f == topic or "+" in f and f[-4:] == "/set"]
        if len(filters) < 2:
            return
        # As if the property's module had sent it: that one has it already.
        bridge = module
    try:
        bus.publish(topic, value, False, bridge)
    except BusFull:
        raise Refused("%s: too many events wait" % name)
    except ValueError as error:
        raise Refused(str(error))


load("opening").extend(("wait_msg", "_recv_len"))
