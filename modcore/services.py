"""Methods of Module that are asked for now and then: events of a configuration, hooks, shared sections.

Each function is a method of Module, `module` standing for `self`; a board loads them when one is called.
"""

RARE = True  # needed when somebody asks for it


def fire(module, events, value=None):
    """Publish what a configuration names, as if it came from outside: this module hears it, too.

    events: a topic, which is published with `value`; an object of topics and their values;
    a pair of a topic and a value that is not a string; or a list of these. What finds the bus full follows
    a little later. ValueError: it is none of that.

        self.fire(["lamp/toggle", "gc"])                    # two topics
        self.fire([{"valves/0/set": True}, ["level/set", 3]])
    """
    from .fire import Events

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
