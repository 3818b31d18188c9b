"""Events: what a configuration names, worked out once, so that firing it is quick and loses nothing."""

from .bus import BusFull
from .ticks import const

_AGAIN_MS = const(50)


def fire(module, events, value=None):
    """Publish what a configuration names, as if it came from outside: this module hears it, too.

    events: a topic, which is published with `value`; an object of topics and their values;
    a pair of a topic and a value that is not a string; or a list of these. What finds the bus full follows
    a little later. ValueError: it is none of that.

        self.fire(["lamp/toggle", "gc"])                    # two topics
        self.fire([{"valves/0/set": True}, ["level/set", 3]])
    """
    Events(module, events).fire(value)


class Events:
    """Topics and their values, to be published whenever something happens.

    module: whose events they are. spec: what `fire` takes. ValueError: it is none of that.

        opened = Events(self, self.config["on_open"])       # "lamp/0/set"
        opened.fire(True)
    """

    def __init__(self, module, spec):
        self._module = module
        self._pairs = []
        try:
            _each(self._take, spec, self)  # `self` stands for the value to come
        except TypeError:
            raise ValueError("events %r: takes a topic, an object of topics and values, or a list" % (spec,))

    def _take(self, topic, value):
        if not isinstance(topic, str) or not topic or "+" in topic or "#" in topic:
            raise ValueError("events: topic %r: takes a str without + and #" % (topic,))
        self._pairs.append((topic, value))

    def fire(self, value=None, first=0):
        """Publish all, `value` with the topics that stand alone; what finds the bus full follows a little later."""
        for i in range(first, len(self._pairs)):
            topic, own = self._pairs[i]
            try:
                # As if somebody outside sent it: a button and its lamp may belong to the same module.
                self._module.kernel.bus.publish(topic, value if own is self else own)
            except BusFull:
                self._module.after(_AGAIN_MS, self.fire, value, i)
                return


def _each(publish, events, value):
    # Call `publish(topic, value)` for all that `events` names.
    if not events:
        return
    if isinstance(events, str):
        publish(events, value)
    elif isinstance(events, dict):
        for topic in events:
            publish(topic, events[topic])
    elif (
        len(events) == 2
        and isinstance(events[0], str)
        and not isinstance(events[1], (str, list, tuple, dict))
    ):
        publish(events[0], events[1])
    else:
        for event in events:
            _each(publish, event, value)
