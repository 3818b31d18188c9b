"""Modules that hold up all others: a hook, timer, loop or socket is timed always, a handler on the bus on suspicion."""

from . import ticks
from .bus import Bus
from .ticks import const

RARE = True  # needed when something has held up all others

_LATE_MS = const(500)
_TIMED_TURNS = const(1000)


def late(kernel, module, ms):
    """Tell that `module` (None: nobody's handler) has held up all others for `ms` milliseconds.

    `$late/<module>` keeps the longest time; the log tells each that is longer than those before.
    """
    id = module.id if module else "kernel"
    if ms > kernel.bus.get("$late/" + id, 0):
        kernel.bus.publish("$late/" + id, ms, True)
        (module or kernel).log.warning("held up all others for %d ms" % ms)


def watch(bus):
    """Time the handlers on the bus for a while: something has held up all others, and it may have been one of them.

    Not all the time, for that would add a fifth to what each event costs.
    """
    left = _TIMED_TURNS

    def deliver():
        nonlocal left
        left -= 1
        if not left:
            del bus.deliver  # back to that of the class
        for _ in range(bus.size):
            if bus._head == bus._tail:
                break
            sender, route = bus._senders[bus._head], bus._routes.get(bus._topics[bus._head], ())
            begin = ticks.ticks_ms()
            Bus.deliver(bus, 1)
            ms = ticks.ticks_diff(ticks.ticks_ms(), begin)
            if ms >= _LATE_MS:
                _tell(bus.supervisor, route, sender, ms)
        Bus.deliver(bus)  # what waits beside the queue

    bus.deliver = deliver


def _tell(kernel, route, sender, ms):
    # The handlers of one event have taken so long; route: the subscriptions that it went to.
    owners = []
    for entry in route:
        if entry[1] is not None and entry[1] is not sender and entry[1] not in owners:
            owners.append(entry[1])
    if len(owners) < 2:
        late(kernel, owners[0] if owners else None, ms)
        return
    names = ", ".join([module.id for module in owners])
    kernel.log.warning("held up all others for %d ms: one of %s" % (ms, names))
