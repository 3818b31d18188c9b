"""Questions on the bus: what wants an answer at once. `ask` is a method of Bus; the first parameter is its `self`."""

RARE = True  # needed when somebody asks


def ask(bus, topic, value=None):
    """Ask the module that owns `topic`, and return its answer; nothing is queued, the answer is there at once.

    `<module>/<property>/set` is the command of a property, whose answer is its value then. Anything else is asked of
    the hook `answer(what, value)` of the module; `what` is the topic after the module's id.
    LookupError: no such module runs, or it has no such answer. Refused, another ValueError, OSError: why not. Any
    other exception is the module's failure, and Refused here.

        bus.ask("valves/0/set", True)
        bus.ask("player/remove/set", 2)
    """
    if bus.thread is not None:
        bus.kernel.check_thread()
    id, what = (topic + "/").split("/", 1)
    what = what[:-1]
    module = bus.kernel.modules.get(id)
    if module is None or module.state != "RUNNING":
        raise LookupError("the module %s does not run" % id)
    property = module.properties.get(what[:-4]) if what[-4:] == "/set" else None
    if property:
        property.command(value)
        return property.value
    if not hasattr(type(module), "answer"):
        raise LookupError("the module %s answers no questions" % id)
    from .refusals import fail, is_crowded

    crowded = is_crowded(bus)
    try:
        return module.answer(what, value)
    except (ValueError, OSError, MemoryError):  # told to the asker
        raise
    except BaseException as error:
        if type(error) is LookupError:  # KeyError and IndexError are its bugs
            raise
        fail(module, topic, error, crowded)
