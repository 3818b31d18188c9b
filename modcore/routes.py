"""Routes of the bus: which live subscriptions get the events of a topic; bus.py tells how an event travels."""

from .ticks import const

RARE = True  # needed with the first event of a topic, and when subscriptions come or go

_MOST_ROUTES = const(128)  # their table needs a piece of 1.2 KB

_LONG = const(16000)  # characters, and levels, from which a topic is looked at more closely
_DEEP = const(100)

# The places of a subscription, as in bus.py.
_FILTER = const(2)
_FLAGS = const(3)
_SECRET = const(1)
_LIVE = const(4)


def find(bus, topic):
    """Return the subscriptions for `topic`, a list, and keep it for the events to come."""
    found = [entry for entry in bus._subscriptions if entry[_FLAGS] & _LIVE and _reaches(bus, entry, topic)]
    _hold(bus)
    try:
        if len(bus._routes) >= _MOST_ROUTES:  # more topics are worked out again
            bus._routes.clear()
        for known in bus._routes.values():  # most topics share one route: keep it once
            if known == found:
                found = known
                break
        bus._routes[topic] = found
    except MemoryError:  # no piece of memory is large enough for so many: begin anew
        bus._routes.clear()
    finally:
        bus._lock.release()
    return found


def check(text, wildcards=False):
    """Do what `topics.check` does, quickly where `text` is as nearly all are."""
    if isinstance(text, str) and 0 < len(text) < _LONG and "+" not in text and "#" not in text:
        raw = text.encode()
        if len(raw) == len(text) and min(raw) >= 32 and 127 not in raw and text.count("/") < _DEEP:
            return
    from .topics import check

    check(text, wildcards)


def matches(filter, topic):
    """Tell whether the valid `filter` matches `topic`.

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


def _forget(bus, filter):
    """Have the routes worked out anew that a subscription of `filter` belongs to or will belong to."""
    # A delivery may be walking along one of them: lists that are in use are never changed.
    if "+" in filter or "#" in filter:
        bus._routes.clear()
    else:
        bus._routes.pop(filter, None)


def _reaches(bus, subscription, topic):
    """Tell whether `subscription` may get events of `topic`."""
    if subscription[_FILTER] != topic and not matches(subscription[_FILTER], topic):
        return False
    return subscription[_FLAGS] & _SECRET or not any([matches(filter, topic) for filter in bus._secrets])


def _hold(bus):
    """Take the lock of the queue, for the kernel's thread."""
    if not bus._lock.acquire(False):
        from .inbox import take

        take(bus)
