"""The grammar of topics and filters (MQTT 3.1.1 section 4.7), and which subscriptions get a topic.

Loaded when a subscription comes or goes or a topic is new, and unloaded behind it: a topic's route is
worked out once and kept, so a publish does not look at the subscriptions at all. `subscribe`,
`unsubscribe`, `filters` and `commands` are methods of Bus.
"""

from .bus import load


def check(text, wildcards=False):
    """Raise ValueError unless `text` is a topic or, with `wildcards`, a filter; TypeError for no str.

    check("a/+/b", True)      # + and # stand for whole levels, # for the last ones

    Source: MQTT 3.1.1 sections 4.7.1 and 4.7.3.
    """
    if not isinstance(text, str):
        raise TypeError("topic %r: takes a str" % (text,))
    wild = "+" in text or "#" in text
    # Only a text of over 16,383 characters can exceed 65,535 bytes.
    if len(text) > 16383 and len(text.encode()) > 65535:
        wild = True
    elif wild and wildcards:
        levels = text.split("/")
        if levels[-1] == "#":
            levels.pop()
        wild = False
        for level in levels:
            if "#" in level or "+" in level and level != "+":
                wild = True
    if wild or not text:
        raise ValueError("topic %r: wildcard or length (MQTT 3.1.1 section 4.7)" % text[:80])
    if not is_sendable(text):
        raise ValueError("topic %r: holds a control character (MQTT 3.1.1 section 1.5.3)" % text[:80])


def is_sendable(text):
    """Whether every broker takes `text` in a topic: no control characters, surrogates or non-characters.

    Source: MQTT 3.1.1 section 1.5.3.
    """
    data = text.encode()
    if data and (min(data) < 32 or 127 in data):
        return False
    for character in text if len(data) > len(text) else "":
        number = ord(character)
        if 128 <= number < 160 or 0xD800 <= number < 0xE000:
            return False
        if 0xFDD0 <= number < 0xFDF0 or number & 0xFFFE == 0xFFFE:
            return False
    return True


def matches(filter, topic):
    """Whether the valid `filter` matches `topic`.

    `matches("sport/+/player", "sport/tennis/player")` is True; "#" does not match "$state/x".
    Source: MQTT 3.1.1 sections 4.7.1 and 4.7.2.
    """
    if filter == topic:
        return True
    if "+" not in filter and "#" not in filter or topic[0] == "$" and filter[0] in "+#":
        return False
    levels = topic.split("/")
    for level in filter.split("/"):
        if level == "#":
            return True
        if not levels or level != "+" and level != levels[0]:
            return False
        levels.pop(0)
    return not levels


def subscribe(bus, filter, handler, owner=None, local=False, secret=False):
    """Call `handler(topic, value)` for events whose topic `filter` matches, the retained ones first.

    owner: the module the handler belongs to; it does not hear its own events. local: for a client of this
    device, such as a browser: `commands` does not list it. secret: no other subscription gets what this
    filter matches, from now on.
    ValueError: + or # is not a whole level, or # not the last.

        bus.subscribe("valves/+", on_valve)
    """
    check(filter, True)
    entry = [handler, owner, filter, secret, local]
    if secret and filter not in bus._secrets:
        bus._secrets += (filter,)
        bus._routes.clear()
    kept = [item for item in bus._retained.items() if _gets(bus, entry, item[0])]
    bus._all.append(entry)
    bus.changes += 1
    queue = bus._queue
    inbox = load("inbox")
    inbox.hold(bus)
    if not (queue or kept or bus._inbox):
        _admit(bus, entry)
    elif bus._inbox or len(queue) >= 3 * bus.size:
        bus._inbox.append([None, entry, False, kept])
    else:
        queue.append(entry)
        queue.append(kept)
        queue.append(None)
    inbox.release(bus)
    if bus.wake:
        bus.wake()


def unsubscribe(bus, filter, handler):
    """Take back `subscribe(filter, handler)`; one that is not there is no error."""
    drop(bus, None, filter, handler)


def filters(bus):
    """The filters of all subscriptions, a list."""
    return [entry[2] for entry in bus._all]


def commands(bus):
    """What the outside may send, a set: the topics and filters that end in `/set` and that modules listen to."""
    return {entry[2] for entry in bus._all if not entry[4] and entry[2][-4:] == "/set" and entry[2][0] != "$"}


def _gets(bus, entry, topic):
    if not matches(entry[2], topic):
        return False
    return entry[3] or not any([matches(filter, topic) for filter in bus._secrets])


def activate(bus, entry, values):
    """From now on the subscription `entry` gets its events, first the list `values` of topics and values."""
    if entry[0]:
        _admit(bus, entry)
    for topic, value in values:
        if entry[0]:
            try:
                entry[0](topic, value)
            except Exception as error:
                bus.supervisor.fault(entry[1], error)


def _admit(bus, entry):
    entry.append(True)  # marks it as one that routes may lead to
    for topic in bus._routes:
        if _gets(bus, entry, topic):
            # A new list, never a longer one: a delivery may be walking along the old one.
            bus._routes[topic] = _shared(bus, bus._routes[topic] + [entry])


def drop(bus, owner, filter=None, handler=None):
    """Take back every subscription of `owner`, or, with `filter`, that of `filter` and `handler`."""
    all = bus._all
    for entry in all:
        if (entry[2] == filter and entry[0] == handler) if filter else entry[1] is owner:
            entry[0] = None  # a delivery that is under way passes over it
    bus._all = [entry for entry in all if entry[0]]
    if len(bus._all) < len(all):
        bus._routes.clear()
        bus.changes += 1


def route(bus, topic):
    """Work out and keep the subscriptions that match `topic`."""
    if len(bus._routes) >= 256:  # more topics are worked out again
        bus._routes.clear()
    found = [entry for entry in bus._all if len(entry) > 5 and _gets(bus, entry, topic)]
    found = bus._routes[topic] = _shared(bus, found)
    return found


def _shared(bus, route):
    for known in bus._routes.values():  # most topics share one route: keep it once
        if known == route:
            return known
    return route
