"""What happens to the connection now and then. Loaded for that, then unloaded."""

from collections import OrderedDict

from modcore.kernel import ticks_add, ticks_ms

from . import load


def start(bridge):
    """Check the configuration and start to connect. ValueError: what is wrong in it, and what would be right."""
    config = bridge.config
    for key, low, high in (
        ("port", 0, 65535),
        ("keepalive_s", 2, 65535),
        ("qos", 0, 1),
        ("queue", 1, 1000),
        ("max_packet", 128, 2097152),
    ):
        if not isinstance(config[key], int) or not low <= config[key] <= high:
            raise ValueError("mqtt: %s %s: takes %d to %d" % (key, config[key], low, high))
    tls = config["tls"]
    if tls is True or tls is False:
        tls = config["tls"] = {} if tls else None
    if tls is not None and not isinstance(tls, dict):
        raise ValueError("mqtt: tls %r: takes null, true or an object" % tls)
    base = config["base"] or "/".join(("modcore", bridge.kernel.name))
    if "+" in base or "#" in base:
        raise ValueError("mqtt: base %r: takes a topic without + and #" % base)
    bridge.base = base.rstrip("/") + "/"
    bridge.sleep = 1
    bridge.addr = None
    bridge.topics = set()  # those whose value the broker shall keep
    bridge._dirty = OrderedDict()  # those of them whose value it has not got yet, and the value
    bridge.queue = []  # other messages that wait: (topic, payload, retain)
    bridge.entries = {}  # topics beyond the base -> handler(topic, payload)
    bridge.waiting = False
    bridge.due = ticks_ms()
    bridge.listen("#", bridge.event)
    # Behind the listening, so that it stays here: to a broker it is `<base>/status`.
    bridge.property("connected", "binary_sensor", False, name="MQTT broker")
    if not config["host"]:
        bridge.log.error("config: mqtt: host is empty; name the broker there")


def due(bridge):
    """Do what is to be done now: ping, give up, or connect."""
    if bridge.overflows:
        load("troubleshooting").tell(bridge)
    wait_ms = 60000
    if bridge.link:
        if not bridge.input:
            raise OSError("silent for %d s" % (bridge.config["keepalive_s"] // 2))
        bridge.input = False
        bridge.sleep = 1  # the connection has held for a while
        bridge.link.ping()
        wait_ms = bridge.config["keepalive_s"] * 500
    elif bridge.opening:
        raise OSError("no answer in time")
    elif bridge.config["host"]:
        bridge.opening = load("opening").connect(bridge)
        bridge.waiting = True
        wait_ms = 10000
    bridge.due = ticks_add(ticks_ms(), wait_ms)


def open(bridge, link):
    """Take over a connection that the broker has accepted: tell it all there is."""
    bridge.opening = None
    bridge.link = link
    link.publish(bridge.base.encode() + b"status", b"online", True)
    bridge.filters = ()
    subscribe(bridge)
    for topic in sorted(bridge.topics):
        bridge._dirty[topic] = bridge.kernel.bus.get(topic)
    bridge.input = bridge.waiting = True
    bridge.due = ticks_add(ticks_ms(), bridge.config["keepalive_s"] * 500)
    bridge.properties["connected"].value = True
    if bridge.sleep > 1:
        load("troubleshooting").over(bridge)


def stop(bridge):
    """Send what is left as far as the socket takes it, then say good-bye."""
    link = bridge.link
    if link:
        try:
            while link.flush() and bridge.encode(link):
                pass
            link.publish(bridge.base.encode() + b"status", b"offline", True)
            link.write(b"\xe0\0")  # DISCONNECT
            link.flush()
        except Exception:
            pass  # the last will says it
    close(bridge)


def close(bridge):
    """Let go of the connection or the attempt to get one."""
    if bridge.opening:
        bridge.opening.close()
    if bridge.stream:
        bridge.unwatch(bridge.stream)
        bridge.stream.close()
    bridge.stream = bridge.link = bridge.opening = None


def subscribe(bridge):
    """Be subscribed to the commands that somebody on the bus listens to, and to no others."""
    bus = bridge.kernel.bus
    bridge.changes = bus.changes
    wanted = {f for f in bus.filters() if f[-4:] == "/set" and not f.startswith("$")}
    if any(["+" in f for f in wanted]):
        # Where two filters overlap a broker may send a message twice.
        from modcore.topics import matches

        wanted = {f for f in wanted if not any([g != f and matches(g, f) for g in wanted])}
    wanted = {bridge.base + f for f in wanted}
    wanted.update(bridge.entries)
    for filter in bridge.filters:
        if filter not in wanted:
            send(bridge, 0xA2, filter)
    for filter in sorted(wanted):
        if filter not in bridge.filters:
            send(bridge, 0x82, filter)
    bridge.filters = wanted


def send(bridge, kind, filter):
    """Queue SUBSCRIBE (0x82) or UNSUBSCRIBE (0xA2): MQTT 3.1.1 sections 3.8 and 3.10.

    umqtt's own subscribe() waits for the answer; before 1.8 it takes 122 bytes at most, and there is no way back.
    """
    filter = filter.encode()
    size = len(filter) + 4 + (kind == 0x82)
    link = bridge.link
    link.pid = link.pid % 65535 + 1
    link.write(bytes((kind, size)) if size < 128 else bytes((kind, size & 127 | 128, size >> 7)))
    for number in (link.pid, len(filter)):
        link.write(bytes((number >> 8, number & 255)))
    link.write(filter)
    if kind == 0x82:
        link.write(bytes((bridge.config["qos"],)))
