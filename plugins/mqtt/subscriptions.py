"""Subscriptions of the device on the broker, and which topics of the bus may leave or be commanded."""

from modcore.topics import check, matches

from . import packets

RARE = True  # when modules come and go, and after each connection

PRESENCE = ("status", "client")  # what the bridge itself wants to hear, see presence.py


def update(bridge):
    """Be subscribed to the commands that modules listen to, to what `subscribe` asked for, and to nothing else."""
    session = bridge.session
    out = bridge.link.out
    bridge.changes = bridge.kernel.bus.changes
    filters = _wanted(bridge)
    for filter in session.filters:
        if filter not in filters:
            _write(out, 0xA2, next_number(session), filter)
    for filter in sorted(filters):
        if session.filters.get(filter) != filters[filter]:
            number = next_number(session)
            session.asked[number] = filter
            _write(out, 0x82, number, filter)
            out.append(filters[filter])
    session.filters = filters


def _write(out, kind, number, filter):
    # SUBSCRIBE (0x82), but for its last byte, or UNSUBSCRIBE (0xA2): MQTT 3.1.1 sections 3.8 and 3.10.
    name = filter.encode()
    packets.header(out, kind, 4 + len(name) + (kind == 0x82))
    packets.number16(out, number)
    packets.text(out, name)


def add(bridge, filter, handler, qos=0):
    """Have the broker send what `filter` matches, and remember who gets it: `Mqtt.subscribe`."""
    check(filter, True)
    if qos not in (0, 1):
        raise ValueError("%s: qos %r: takes 0 or 1" % (filter, qos))
    bridge.handlers = bridge.handlers + [(filter, handler, qos)]
    bridge.changes = None


def remove(bridge, filter, handler):
    """Forget who gets what `filter` matches: `Mqtt.unsubscribe`."""
    bridge.handlers = [entry for entry in bridge.handlers if entry[0] != filter or entry[1] != handler]
    bridge.changes = None


def _wanted(bridge):
    """The filters to be subscribed to and their QoS, a dict."""
    if bridge.commanded is not None:
        found = {filter: bridge.config["qos"] for filter in bridge.commanded}
    else:
        found = _commands(bridge)
    for filter, _, qos in bridge.handlers:
        found[filter] = max(qos, found.get(filter, 0))
    # Where two filters overlap a broker may send a message twice, and a button would be pressed twice.
    refused = getattr(bridge.session, "refused", ())
    for wide in [filter for filter in found if filter[-1] == "#" or "+" in filter]:
        if wide in found and wide not in refused:
            for filter in [filter for filter in found if filter != wide and matches(wide, filter)]:
                # `a/+` does not match all that `a/#` does, nor does `a/+/#`.
                if filter[-1] != "#" or wide[-1] == "#" and wide.count("/") <= filter.count("/"):
                    found[wide] = max(found[wide], found.pop(filter))
    return found


def _commands(bridge):
    filters = [filter for filter in bridge.kernel.bus.commands() if may_come(bridge, filter[:-4])]
    found = {bridge.prefix + filter: _quality(bridge, filter) for filter in filters}
    for name in PRESENCE:
        found[bridge.prefix + name] = 0
    for filter in bridge.config["neighbours"] or ():
        found[filter] = bridge.config["qos"]
    return found


def _quality(bridge, filter):
    # While the device is away the broker keeps commands of QoS 1 in a persistent session, and no others.
    persistent = bridge.config["persistent"]
    if isinstance(persistent, list):
        return 1 if filter.split("/")[0] in persistent else 0
    return 1 if persistent else bridge.config["qos"]


def may_come(bridge, topic):
    """Tell whether the configuration lets commands for `topic` (or for a filter) in."""
    filters = bridge.config["import"]
    return filters is None or any([matches(filter, topic) for filter in filters])


def allows(filters):
    """A function that tells whether a topic matches one of `filters`; it remembers what it has found."""
    known = {}

    def allowed(topic):
        if topic not in known:
            if len(known) > 100:
                known.clear()
            known[topic] = any([matches(filter, topic) for filter in filters])
        return known[topic]

    return allowed


def next_number(session):
    """A packet identifier that is not in use."""
    while True:
        session.number = session.number % 65535 + 1
        if session.number not in session.numbers and session.number not in session.asked:
            return session.number
