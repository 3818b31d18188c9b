"""The internal bus: topics in MQTT's grammar, a bounded queue, retained values.

How an event travels

    publish(topic, value, retain, sender)
      | 1. the topic is checked, a retained value is kept: `get` and new subscribers find it
      v
    +--------+--------+--------+--------+- - - +   The queue is a ring of places, made once, so that an
    | topic  | topic  | topic  |        |      |   event takes no memory: place i is _topics[i], _values[i]
    | value  | value  | value  |        |      |   and _senders[i]. An event is there when _tail has moved
    | sender | sender | sender |        |      |   on, in one step: nobody ever meets half of one.
    +--------+--------+--------+--------+- - - +
      ^ _head                   ^ _tail
      | 2. deliver(), called by Kernel.step(), takes it out
      v
    _routes[topic]   3. the subscriptions that match: worked out at a topic's first event and kept until one
                     comes or goes, so a publish does not look at the others at all

- The queue is full: a retained topic is noted in _dirty, and its last value follows when there is room (they
  coalesce, and none is lost for good). Anything else raises BusFull; while modules start it waits instead.
- Somebody else is at the queue, which the lock tells (another thread, or publish itself was interrupted by a
  callback of micropython.schedule): the event waits in _inbox, in order, and deliver() takes it in.
- A new subscription gets the retained values first and then what is published after it. So it stands in the
  queue as an event of its own, whose topic is SUBSCRIBED, and begins when deliver() comes to it.
- An interrupt of the hard kind may allocate nothing and can't publish: see irq_safe.py.
"""

try:
    from _thread import allocate_lock
except ImportError:  # a port without threads, where only callbacks of micropython.schedule cut in
    from .irq_safe import _Lock as allocate_lock

from .lazy import look_up
from .ticks import MICROPYTHON, const

TYPE_CHECKING = const(0)  # for editors and type checkers
SUBSCRIBED = "\0subscribed"  # no event's topic: nobody can publish it

# A subscription is a list, which takes half the memory of an object. Its places, as in subscriptions.py:
_HANDLER = const(0)  # None once it is taken back
_OWNER = const(1)  # the module whose handler it is, or None
_FILTER = const(2)
_FLAGS = const(3)  # the sum of these:
_SECRET = const(1)  # it may get what secret subscriptions alone get
_LOCAL = const(2)  # it is that of a client, such as a browser
_LIVE = const(4)  # deliver() has come to it


class BusFull(Exception):
    """The queue of the bus has no room for another event that may not coalesce."""


class Bus:
    """Delivers published values to the handlers whose filters match, in order, from `deliver()`.

    size: how many events wait at most.

        bus.subscribe("valves/+", lambda topic, value: print(topic, value))
        bus.publish("valves/0", True, retain=True)
    """

    overflows = 0  # events refused with BusFull
    changes = 0  # another number after every subscribe and unsubscribe
    delivering = False  # deliver() is at work
    patient = False  # modules start: what finds the queue full waits
    wake = None  # called when an event has arrived
    kernel = None  # its `fault(owner, exception)` is called when a handler raises
    thread = None  # the ident of the one thread that may do more than publish, where there are several

    def __init__(self, size=32):
        look_up(self, Bus)
        self.size = size
        # One place more stays empty: a full ring would look like an empty one.
        self._topics = [None] * (size + 1)
        self._values = [None] * (size + 1)
        self._senders = [None] * (size + 1)
        self._head = 0  # the place to deliver next
        self._tail = 0  # the place to fill next
        self._subscriptions = []
        self._secrets = ()  # filters of what secret subscriptions alone get
        self._routes = {}  # topic -> the live subscriptions that match it
        self._retained = {}
        self._dirty = {}  # retained topics that found the queue full -> sender
        self._lock = allocate_lock()  # held by whoever puts something into the queue or changes the routes
        self._inbox_lock = allocate_lock()
        self._inbox = []  # what found the lock held: (topic, value, retain, sender)

    if not TYPE_CHECKING:  # a checker would take any name then
        _methods = "Bus"  # see lookup.py
        __getattr__ = look_up

    def publish(self, topic, value=None, retain=False, sender=None):
        """Queue `value` for the subscribers of `topic` but `sender`; with `retain` keep it for new ones.

        A retained None clears the topic's value. When the queue is full a retained value waits and
        coalesces with later ones of its topic; any other raises BusFull. ValueError: the topic holds a
        wildcard or a control character. Safe from another thread and from micropython.schedule.

            bus.publish("valves/0", True, retain=True)
        """
        lock = self._lock
        if self._inbox or not lock.acquire(False):
            from .inbox import put

            put(self, topic, value, retain, sender)
            return
        try:
            if topic not in self._routes:
                from .topics import check

                check(topic)
            place = self._tail
            after = place + 1 if place < self.size else 0
            room = after != self._head
            if retain:
                if not room or self._dirty and topic in self._dirty:
                    self._dirty[topic] = sender
                    room = False
                if value is None:
                    self._retained.pop(topic, None)
                else:
                    self._retained[topic] = value
            if room:
                self._topics[place] = topic
                self._values[place] = value
                self._senders[place] = sender
                self._tail = after
            elif not retain:
                from .inbox import overflow

                overflow(self, topic, value, sender)
        finally:
            lock.release()
        if self.wake:
            self.wake()

    def get(self, topic, default=None):
        """Return the retained value of `topic`, or `default`."""
        return self._retained.get(topic, default)

    def waiting(self):
        """Tell whether there is something to deliver."""
        return bool(self._head != self._tail or self._dirty or self._inbox)

    def deliver(self, left=0):
        """Deliver what is queued, at most `left` events (0: `size`), each to all its subscribers."""
        if self._inbox:
            from .inbox import drain

            drain(self)
        self.delivering = True
        left = left or self.size
        while left > 0:
            left -= 1
            place = self._head
            if place == self._tail:
                if not self._dirty:
                    break
                from .inbox import clean

                clean(self)
                continue
            topic = self._topics[place]
            value = self._values[place]
            sender = self._senders[place]
            if topic == SUBSCRIBED:
                from .subscriptions import _begin as route
            else:
                route = self._routes.get(topic)
                if route is None:
                    from .subscriptions import find

                    route = find(self, topic)
            self._values[place] = None  # what nobody needs any more keeps no memory
            self._head = place + 1 if place < self.size else 0
            if topic == SUBSCRIBED:
                self._senders[place] = None
                route(self, value, sender)
                continue
            for entry in route:
                handler = entry[_HANDLER]
                if handler and (sender is None or entry[_OWNER] is not sender):
                    try:
                        handler(topic, value)
                    except BaseException as error:
                        self.kernel.fault(entry[_OWNER], error)
        self.delivering = False

    if TYPE_CHECKING:  # a board loads them when they are called: see __getattr__
        from .questions import ask
        from .subscriptions import subscribe, unsubscribe
        from .topics import commands, filters


if not MICROPYTHON:
    from .cpython import take_in

    take_in(Bus)
