"""Methods of Module that are called now and then; `bind` in bus.py makes them methods."""

from collections import OrderedDict

from .bus import load


def identify(self, id):
    """Give a new Module its id, `id` or its class name in snake case. ValueError: not fit for a topic."""
    if id is None:
        id = ""
        before = "A"
        name = type(self).__name__
        for i in range(len(name)):
            c = name[i : i + 1]  # MicroPython keeps for good each character that is taken out otherwise
            if c.isupper() and not before.isupper():
                id += "_"
            id += c.lower()
            before = c
    if not isinstance(id, str) or not id or id[:1] == "$" or any([c in id for c in "/+#\0"]):
        raise ValueError("module id %r: takes a word without / + # and a leading $" % (id,))
    self.id = id
    self.properties = OrderedDict()


def property(self, id, kind, value=None, set=None, secret=False, **meta):
    """Declare the topic `<module>/<id>` with a value, and return its Property.

    kind: a word of Home Assistant's MQTT components: switch valve light button number select text
    sensor binary_sensor. set: called as `set(property, value)` with a checked value when a command
    arrives; without it the property is read-only. secret: nobody else on the bus gets the command.
    meta: name unit device_class min max step options icon.
    ValueError: unknown kind, bad id, or declared twice.

        self.property("level", kind="number", value=3, min=0, max=10, set=self.on_level)
    """
    kinds = "switch valve light button number select text sensor binary_sensor"
    topic = "%s/%s" % (self.id, id)
    if kind not in kinds.split():
        raise ValueError("%s: kind %r; have %s" % (topic, kind, kinds))
    if not isinstance(id, str) or not id or "/" in id or "+" in id or "#" in id or "\0" in id:
        raise ValueError("%s: property id %r: takes a word without / + #" % (self.id, id))
    if kind == "select" and not meta.get("options"):
        raise ValueError("%s: a select needs options" % topic)
    if id in self.properties:
        raise ValueError("%s: property %s is declared twice" % (self.id, id))
    from .property import Property

    meta["kind"] = kind
    meta["set"] = set is not None
    declared = self.properties[id] = Property()
    declared.module = self
    declared.id = id
    declared.topic = topic
    declared.kind = kind
    declared.set = set
    declared.meta = meta
    self.kernel.bus.publish("$describe/" + declared.topic, meta, True, self)
    if set:
        self.listen(declared.topic + "/set", declared.on_set, secret)
    if value is not None:
        declared.value = value
    return declared


def withdraw(property):
    """Take the property off the bus: its value and its description."""
    module = property.module
    publish = module.kernel.bus.publish
    publish(property.topic, None, True, module)
    publish("$describe/" + property.topic, None, True, module)


def listen(self, filter, handler, secret=False):
    """Call `handler(topic, value)` for each event that `filter` matches, while the module runs.

    secret: no other listener gets these events, whatever its filter.
    """
    self.kernel.bus.subscribe(filter, handler, self, False, secret)


def fire(self, events, value=None):
    """Publish what a configuration names, as if it came from outside: this module hears it, too.

    events: a topic, which is published with `value`; an object of topics and their values;
    a pair of a topic and a value that is no string; or a list of these. What finds the bus full follows
    a little later. ValueError: it is none of that.

        self.fire(["lamp/toggle", "gc"])                    # two topics
        self.fire([{"valves/0/set": True}, ["level/set", 3]])
    """
    load("fire").Events(self, events).fire(value)


def each(publish, events, value):
    """Call `publish(topic, value)` for all that `events` names."""
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
            each(publish, event, value)


def watch(self, sock, flags, handler):
    """Call `handler(sock, events)` while `sock` is ready; flags: select.POLLIN, POLLOUT or both."""
    kernel = self.kernel
    if not kernel._sockets:  # here, so that a device that does no more need not load manage.py
        from .sockets import Sockets

        kernel._sockets = Sockets(kernel)
    kernel._sockets.watch(sock, flags, handler, self)


def unwatch(self, sock):
    """End `watch(sock)`; one that is not watched is no error. Call it before the socket is closed."""
    sockets = self.kernel._sockets
    if sockets:
        sockets.unwatch(sock)


def hook(self, state, before=None, after=None):
    """Have `before(module)` and `after(module)` called around each entry into `state`."""
    self._hooks += ((state, before, after),)
