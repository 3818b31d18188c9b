"""Methods of Module that are asked for at its start, and now and then.

Each function is a method of Module, `module` standing for `self`; a board loads them when one is called.
"""

RARE = True  # needed when somebody asks for it


def property(module, id, kind, value=None, set=None, secret=False, keep: "bool | str" = False, **meta):
    """Declare the topic `<module>/<id>` with a value, and return its Property.

    kind: a word of Home Assistant's MQTT components: switch valve light button number select text sensor
    binary_sensor cover fan climate lock event date time datetime alarm_control_panel; docs/properties.md
    tells what each takes. set: called as `set(property, value)` with a checked value when a command
    arrives; without it the property is read-only. secret: nobody else on the bus gets the command.
    keep: the value is there again after a restart; "command": `set` is called with it, too.
    meta: name unit device_class state_class entity_category icon min max step options fields
    effects presets fans modes, and for pages order precision hidden history group note.
    ValueError: unknown kind or metadata, a value that the kind does not take, or declared twice.

        self.property("level", kind="number", value=3, min=0, max=10, set=self.on_level)
    """
    from .lazy import load

    # By `load`: where memory is short it drops what else is rarely needed, and tries again.
    return load("modcore.declare").declare(module, id, kind, value, set, secret, keep, meta)


def listen(module, filter, handler, secret=False):
    """Call `handler(topic, value)` for each event that `filter` matches, while the module runs.

    secret: no other listener gets these events, whatever its filter.

        self.listen("wlan/connected", self.on_network)
    """
    module.kernel.bus.subscribe(filter, handler, module, False, secret)


def watch(module, sock, flags, handler):
    """Call `handler(sock, events)` while `sock` is ready; flags: select.POLLIN, POLLOUT or both."""
    from .sockets import watch

    watch(module, sock, flags, handler)


def unwatch(module, sock):
    """End `watch(sock)`; one that is not watched is not an error. Call it before the socket is closed."""
    if module.kernel._sockets:
        module.kernel._sockets.unwatch(sock)


def fire(module, events, value=None):
    """Publish what a configuration names, as if it came from outside: this module hears it, too.

    events: a topic, which is published with `value`; an object of topics and their values;
    a pair of a topic and a value that is not a string; or a list of these. What finds the bus full follows
    a little later. ValueError: it is none of that.

        self.fire(["lamp/toggle", "gc"])                    # two topics
        self.fire([{"valves/0/set": True}, ["level/set", 3]])
    """
    from .events import Events

    Events(module, events).fire(value)


def hook(module, state, before=None, after=None):
    """Have `before(module)` and `after(module)` called around each entry into `state`.

    state: such as "RUNNING", or "LOOP": around every turn of the kernel's main loop while the module runs.
    ValueError: no such state. TypeError: no function.

        lamp.hook("RUNNING", before=self.count)
    """
    from .lifecycle import TABLE

    states = [name for name in TABLE if TABLE[name][0]] + ["LOOP"]
    if state not in states:
        raise ValueError("%s: hook: state %r: have %s" % (module.id, state, ", ".join(states)))
    for function in (before, after):
        if function is not None and not callable(function):
            raise TypeError("%s: hook: %r: takes a function of the module" % (module.id, function))
    module._hooks += ((state, before, after),)


def settings(module, section, defaults):
    """Return the section `section` of config.json over `defaults`, and over it that of secrets.json.

    For a section that several modules share. Unknown keys are told in the log. ValueError: a value of
    another type than its default.

        http = self.settings("http", {"root": "www"})
    """
    from .config import settings

    return settings(module, section, defaults)


def offer(module, running):
    """Publish the routes, filters and pages of `module`, or take them back."""
    for name in ("routes", "filters", "pages"):
        offered = getattr(module, name)
        if offered is not None:
            topic = "$http/%s/%s" % (name, module.id)
            module.kernel.bus.publish(topic, offered if running else None, True, module)
