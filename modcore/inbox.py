"""Work of the bus when it is busy or full: see the top of bus.py."""

from time import sleep

from .bus import SUBSCRIBED, BusFull
from .ticks import const
from .topics import check

RARE = True  # needed when the bus is busy or full

_PATIENCE_MS = const(500)  # nobody holds the lock of the bus for so long


def put(bus, topic, value, retain, sender):
    """Leave an event in the inbox of `bus`: of another thread, or of a callback that cut in."""
    check(topic)
    if len(bus._inbox) >= bus.size and not retain and not bus.patient:
        refuse(bus, topic)
    event = (topic, value, retain, sender)
    # No jump from here on: a scheduled callback can't cut in and wait for this lock in vain.
    bus._inbox_lock.acquire()
    try:
        bus._inbox.append(event)
    finally:
        bus._inbox_lock.release()


def overflow(bus, topic, value, sender):
    """Have an event wait that found the queue full while modules start, else refuse it; the lock is held."""
    if not bus.patient:
        refuse(bus, topic)
    bus._inbox.append((topic, value, False, sender))


def refuse(bus, topic):
    """Count an event for which there is no room, and raise BusFull."""
    bus.overflows += 1
    raise BusFull("bus: %d events wait, no room for %s" % (bus.size, topic))


def take(bus):
    """Take the lock of `bus` and wait for it; one that Ctrl-C has left held is replaced."""
    bus._lock = _taken(bus._lock)


def mend(bus):
    """Make whole what Ctrl-C may have left of the bus, in its own thread."""
    bus._lock = _taken(bus._lock)
    bus._lock.release()
    bus._inbox_lock = _taken(bus._inbox_lock)
    bus._inbox_lock.release()


def _taken(lock):
    # `lock`, taken, or a new one in place of one that nobody will give back.
    for _ in range(_PATIENCE_MS):
        if lock.acquire(False):
            return lock
        sleep(0.001)
    from .bus import allocate_lock

    lock = allocate_lock()
    lock.acquire()
    return lock


def clean(bus):
    """Queue the last values of the retained topics that had found the queue full, as many as fit."""
    from .subscriptions import _hold

    _hold(bus)
    try:
        while bus._dirty and _room(bus):
            topic = next(iter(bus._dirty))
            # Not by popitem(), which takes memory when it has taken the topic out.
            _queue(bus, topic, bus._retained.get(topic), bus._dirty.pop(topic))
    finally:
        bus._lock.release()


def drain(bus):
    """Queue what is in the inbox, as much as fits."""
    from .subscriptions import _hold

    inbox = bus._inbox
    _hold(bus)
    try:
        # Once in the queue or among the dirty, the last value of a retained topic is the one that counts.
        while inbox and (inbox[0][2] or _room(bus)):
            topic, value, retain, sender = inbox[0]
            waits = retain and (topic in bus._dirty or not _room(bus))
            if waits:
                bus._dirty[topic] = sender
            if retain:
                if value is None:
                    bus._retained.pop(topic, None)
                else:
                    bus._retained[topic] = value
            if topic == SUBSCRIBED:  # what was retained before it, here in the inbox, reaches it, too
                from .subscriptions import _kept

                sender = _kept(bus, value)
            if not waits:
                _queue(bus, topic, value, sender)
            bus._inbox_lock = _taken(bus._inbox_lock)
            inbox.pop(0)
            bus._inbox_lock.release()
    finally:
        bus._lock.release()


def _room(bus):
    return (bus._tail + 1) % (bus.size + 1) != bus._head


def _queue(bus, topic, value, sender):
    place = bus._tail
    bus._topics[place] = topic
    bus._values[place] = value
    bus._senders[place] = sender
    bus._tail = place + 1 if place < bus.size else 0
