"""The internal bus: topics in MQTT's grammar, a bounded queue, retained values."""

import sys

if sys.implementation.name == "cpython":
    from _thread import allocate_lock

    from .host import deque
else:
    from collections import deque

    try:
        from _thread import allocate_lock
    except ImportError:  # a port without threads, where only callbacks of micropython.schedule cut in
        from .inbox import Flag as allocate_lock


def load(name):
    """Import `modcore.<name>` for one use: on a device its code leaves memory with the last reference.

    load("config").save(path, config)
    """
    path = "modcore." + name
    known = path in sys.modules
    try:
        module = __import__(path, None, None, (name,))
    except MemoryError:
        Bus.relieve()
        module = __import__(path, None, None, (name,))
    if not known and sys.implementation.name != "cpython":
        # Another thread may be at the same.
        sys.modules.pop(path, None)
        sys.modules["modcore"].__dict__.pop(name, None)
    return module


def bind(self, part, name):
    """The method `name` of `self` that stands in modcore/<part>.py as a function; `log` is the same for all.

    How the classes of the kernel keep methods that are called now and then out of memory.
    AttributeError: there is none.
    """
    if name == "log":
        from .log import Log

        self.log = Log(self)
        return self.log
    if name.startswith("_"):
        raise AttributeError(name)
    function = getattr(load(part), name)
    return lambda *args, **named: function(self, *args, **named)


class BusFull(Exception):
    """The queue of the bus has no room for another event that may not coalesce."""


class Bus:
    """Delivers published values to the handlers whose filters match, in order, from `deliver()`.

    size: how many events wait at most.

        bus.subscribe("valves/+", lambda topic, value: print(topic, value))
        bus.publish("valves/0", True, retain=True)

    `subscribe unsubscribe filters` stand in topics.py and use memory only while they are called.
    """

    overflows = 0  # events refused with BusFull
    changes = 0  # another number after every subscribe and unsubscribe
    delivering = False  # deliver() is at work
    relieve = int  # a function that gives memory back; called when there is too little of it
    supervisor = None  # its `fault(owner, exception)` is called when a handler raises

    def __init__(self, size=32):
        self.size = size
        self.wake = None  # called when an event has arrived
        # Three fields an event: value, sender, topic. A new subscription takes its place in the queue too, to
        # get what comes behind it: the subscription, its retained values, None. A full queue raises IndexError.
        self._queue = deque((), 3 * size, 1)
        self._all = []  # subscriptions: [handler, owner, filter, secret, local]
        self._secrets = ()  # filters of what only secret subscriptions get
        self._routes = {}  # topic -> the subscriptions that match it, worked out once
        self._retained = {}
        self._dirty = {}  # retained topics that found the queue full -> sender
        self._lock = allocate_lock()  # held by whoever puts something into the queue
        self._inbox_lock = allocate_lock()
        self._inbox = []  # what found the lock held

    def publish(self, topic, value=None, retain=False, sender=None):
        """Queue `value` for the subscribers of `topic` but `sender`; with `retain` keep it for new ones.

        A retained None clears the topic's value. When the queue is full a retained value waits and
        coalesces with later ones of its topic; any other raises BusFull. ValueError: the topic holds a
        wildcard. Safe from another thread and from micropython.schedule.
        """
        if topic not in self._routes:
            load("topics").check(topic)
        # Whoever cuts in, be it another thread or a scheduled callback, finds the lock held and does not wait.
        if self._inbox or not self._lock.acquire(False):
            if len(self._inbox) >= self.size and not retain:
                return self._full(topic)
            event = [topic, value, retain, sender]
            # No jump here: a scheduled callback can't cut in and wait for this lock in vain.
            self._inbox_lock.acquire()
            self._inbox.append(event)
            self._inbox_lock.release()
            return
        if retain:
            if value is None:
                self._retained.pop(topic, None)
            else:
                self._retained[topic] = value
            if self._dirty and topic in self._dirty:
                self._dirty[topic] = sender
                self._lock.release()
                return
        queue = self._queue
        try:
            queue.append(value)
        except IndexError:
            if retain:
                self._dirty[topic] = sender
            self._lock.release()
            if retain:
                return
            self._full(topic)
        queue.append(sender)
        queue.append(topic)
        self._lock.release()
        if self.wake:
            self.wake()

    def _full(self, topic):
        self.overflows += 1
        raise BusFull("bus: %d events wait, no room for %s" % (self.size, topic))

    def get(self, topic, default=None):
        """The retained value of `topic`, or `default`."""
        return self._retained.get(topic, default)

    def __getattr__(self, name):
        return bind(self, "topics", name)

    def deliver(self):
        """Deliver what is queued, at most `size` events, each to all its subscribers."""
        if self._inbox:
            load("inbox").drain(self)
        self.delivering = True
        queue = self._queue
        routes = self._routes
        topics = None
        left = self.size
        while left > 0:
            n = len(queue) // 3  # somebody may be about to put in the rest of one
            if n == 0:
                if not self._dirty:
                    break
                load("inbox").clean(self)
                continue
            left -= n
            for _ in range(n):
                value = queue.popleft()
                sender = queue.popleft()
                topic = queue.popleft()
                if topic is None:
                    load("topics").activate(self, value, sender)
                    continue
                if topic not in routes:
                    topics = topics or load("topics")  # held for the other new ones of this turn
                    topics.route(self, topic)
                for subscription in routes[topic]:
                    handler = subscription[0]
                    if handler and (sender is None or subscription[1] is not sender):
                        try:
                            handler(topic, value)
                        except Exception as error:
                            self.supervisor.fault(subscription[1], error)
        self.delivering = False
