"""Subscriptions of the bus: how they come and go. bus.py tells how an event reaches them."""

from .bus import SUBSCRIBED
from .ticks import const
from .topics import check

RARE = True  # needed when one comes or goes

# The places of a subscription, as in bus.py.
_HANDLER = const(0)
_OWNER = const(1)
_FILTER = const(2)
_FLAGS = const(3)
_SECRET = const(1)
_LOCAL = const(2)
_LIVE = const(4)


def subscribe(bus, subscription):
    """What `Bus.subscribe` does; see there."""
    filter = subscription[_FILTER]
    check(filter, True)
    if not callable(subscription[_HANDLER]):
        raise TypeError(
            "%s: handler %r: takes a function of topic and value" % (filter, subscription[_HANDLER])
        )
    bus._own_thread()
    bus._hold()
    try:
        if subscription[_FLAGS] & _SECRET and filter not in bus._secrets:
            bus._secrets += (filter,)
            bus._routes.clear()
        values = kept(bus, subscription)
        bus._subscriptions.append(subscription)
        bus.changes += 1
        place = bus._tail
        after = place + 1 if place < bus.size else 0
        if bus._inbox or after == bus._head:
            bus._inbox.append((SUBSCRIBED, subscription, False, None))
        elif values or place != bus._head:
            bus._topics[place] = SUBSCRIBED
            bus._values[place] = subscription
            bus._senders[place] = values
            bus._tail = after
        else:  # nothing is before it
            subscription[_FLAGS] |= _LIVE
            bus._forget_routes(filter)
    finally:
        bus._lock.release()
    if bus.wake:
        bus.wake()


def kept(bus, subscription):
    """Return the retained topics and values that a new subscription gets first, a list."""
    filter = subscription[_FILTER]
    if "+" in filter or "#" in filter:
        return [item for item in bus._retained.items() if bus._reaches(subscription, item[0])]
    if filter in bus._retained and bus._reaches(subscription, filter):
        return [(filter, bus._retained[filter])]
    return []


def drop(bus, owner, filter=None, handler=None):
    """Take back every subscription of `owner`, or, with `filter`, that of `filter` and `handler`."""
    bus._hold()
    try:
        for entry in list(bus._subscriptions):
            if (
                (entry[_FILTER] == filter and entry[_HANDLER] == handler)
                if filter
                else entry[_OWNER] is owner
            ):
                entry[_HANDLER] = None  # a delivery that is under way passes over it
                bus._subscriptions.remove(entry)
                bus._forget_routes(entry[_FILTER])
                bus.changes += 1
    finally:
        bus._lock.release()


def commands(bus):
    """What `Bus.commands` does; see there."""
    return {
        entry[_FILTER]
        for entry in bus._subscriptions
        if not entry[_FLAGS] & _LOCAL and entry[_FILTER][-4:] == "/set" and entry[_FILTER][0] != "$"
    }
