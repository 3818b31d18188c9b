"""Events whose publisher found the bus busy: other threads, and callbacks of micropython.schedule."""

from time import sleep


class Flag:
    """Stands in for a lock where there are no threads."""

    held = False

    def acquire(self, wait=True):
        """Take it; False when it is held."""
        if self.held:
            return False
        self.held = True
        return True

    def release(self):
        """Give it back."""
        self.held = False


def hold(bus):
    """Take the lock of `bus`, for the kernel's thread."""
    if _take(bus._lock):
        return
    # With the lock we have got half an event: make it one that nobody listens to.
    if len(bus._queue) % 3 == 1:
        bus._queue.append(None)
    if len(bus._queue) % 3:
        bus._queue.append("$\0")


def _take(lock):
    """Take `lock`; False when somebody was struck by Ctrl-C while he held it: it is ours then."""
    for _ in range(500):  # nobody holds it for so long
        if lock.acquire(False):
            return True
        sleep(0.001)
    return False


def release(bus):
    """Give the lock of `bus` back."""
    try:
        bus._lock.release()
    except RuntimeError:  # Ctrl-C struck inside of its acquire()
        from .bus import allocate_lock

        bus._lock = allocate_lock()


def mend(bus):
    """Make whole what Ctrl-C may have left of the queue."""
    hold(bus)
    for _ in range(len(bus._queue) % 3):  # the rest of an event that was being delivered
        bus._queue.popleft()
    release(bus)


def clean(bus):
    """Queue the last values of the retained topics that had found the queue full, as many as fit."""
    hold(bus)
    try:
        while bus._dirty and len(bus._queue) < 3 * bus.size:
            topic, sender = bus._dirty.popitem()
            _queue(bus, topic, bus._retained.get(topic), sender)
    finally:
        release(bus)


def drain(bus):
    """Queue what is in the inbox, as much as fits."""
    inbox = bus._inbox
    hold(bus)
    try:
        # Once in the queue or among the dirty, the last value of a retained topic is the one that counts.
        while inbox and (inbox[0][2] or len(bus._queue) < 3 * bus.size):
            _take(bus._inbox_lock)
            topic, value, retain, sender = inbox.pop(0)
            bus._inbox_lock.release()
            if retain:
                if value is None:
                    bus._retained.pop(topic, None)
                else:
                    bus._retained[topic] = value
            if retain and (topic in bus._dirty or len(bus._queue) >= 3 * bus.size):
                bus._dirty[topic] = sender
            else:
                _queue(bus, topic, value, sender)
    finally:
        release(bus)


def _queue(bus, topic, value, sender):
    bus._queue.append(value)
    bus._queue.append(sender)
    bus._queue.append(topic)
