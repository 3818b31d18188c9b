"""Subscriptions of the bus: how they come and go, and which of them get the events of a topic, its route.

bus.py tells how an event reaches them.

What stands here without a _ before its name is a method of Bus, and `listen` one of Module, the first parameter
standing for `self`; a board loads it when it is called.
"""

from .bus import SUBSCRIBED
from .ticks import const
from .topics import matches

RARE = True  # needed when one comes or goes, and with the first event of a topic

_MOST_ROUTES = const(128)  # topics; their table needs a piece of 1.2 KB

# The places of a subscription, as in bus.py.
_HANDLER = const(0)
_OWNER = const(1)
_FILTER = const(2)
_FLAGS = const(3)
_SECRET = const(1)
_LOCAL = const(2)
_LIVE = const(4)


def subscribe(bus, filter, handler, owner=None, local=False, secret=False):
    """Call `handler(topic, value)` for events whose topic `filter` matches, the retained ones first.

    owner: the module the handler belongs to; it does not hear its own events. local: for a client of
    this device, such as a browser; `commands` does not list it. secret: from now on only secret
    subscriptions get what this filter matches. ValueError: + or # is not a whole level, or # not the
    last. RuntimeError: the kernel runs in another thread.

        bus.subscribe("valves/+", on_valve)

    Source: MQTT 3.1.1 section 4.7.
    """
    from .topics import check

    check(filter, True)
    if not callable(handler):
        raise TypeError("%s: handler %r: takes a function of topic and value" % (filter, handler))
    if bus.thread is not None:
        from .thread import check_thread

        check_thread(bus.kernel)
    subscription = [handler, owner, filter, (_SECRET if secret else 0) | (_LOCAL if local else 0)]
    _hold(bus)
    try:
        if secret and filter not in bus._secrets:
            bus._secrets += (filter,)
            bus._routes.clear()
        values = _kept(bus, subscription)
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
            _forget(bus, filter)
    finally:
        bus._lock.release()
    if bus.wake:
        bus.wake()


def unsubscribe(bus, filter, handler):
    """Take back `subscribe(filter, handler)`; one that is not there is not an error."""
    _drop(bus, None, filter, handler)


def listen(module, filter, handler, secret=False):
    """Call `handler(topic, value)` for each event that `filter` matches, while the module runs.

    secret: no other listener gets these events, whatever its filter.

        self.listen("wlan/connected", self.on_network)
    """
    module.kernel.bus.subscribe(filter, handler, module, False, secret)


def _begin(bus, subscription, kept):
    # From now on the subscription gets its events, first the list `kept` of topics and values.
    subscription[_FLAGS] |= _LIVE
    _forget(bus, subscription[_FILTER])
    for topic, value in kept:
        if subscription[_HANDLER]:
            try:
                subscription[_HANDLER](topic, value)
            except BaseException as error:
                bus.kernel.fault(subscription[_OWNER], error)


def _kept(bus, subscription):
    """Return the retained topics and values that a new subscription gets first, a list."""
    filter = subscription[_FILTER]
    if "+" in filter or "#" in filter:
        return [item for item in bus._retained.items() if _reaches(bus, subscription, item[0])]
    if filter in bus._retained and _reaches(bus, subscription, filter):
        return [(filter, bus._retained[filter])]
    return []


def _drop(bus, owner, filter=None, handler=None):
    """Take back every subscription of `owner`, or, with `filter`, that of `filter` and `handler`."""
    _hold(bus)
    try:
        for entry in list(bus._subscriptions):
            if (
                (entry[_FILTER] == filter and entry[_HANDLER] == handler)
                if filter
                else entry[_OWNER] is owner
            ):
                entry[_HANDLER] = None  # a delivery that is under way passes over it
                bus._subscriptions.remove(entry)
                _forget(bus, entry[_FILTER])
                bus.changes += 1
    finally:
        bus._lock.release()


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
