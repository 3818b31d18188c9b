"""Modules that hold up all others: hooks, timers, loops and sockets timed singly, handlers on the bus by the turn."""

from . import ticks
from .bus import SUBSCRIBED, Bus
from .ticks import const

RARE = True  # needed when something has held up all others

_LATE_MS = const(500)
_LATE_AT_BOOT_MS = const(3000)  # code is read from flash then
_TIMED_TURNS = const(1000)


def late(kernel, whose, ms):
    """Tell that all others were held up for `ms` milliseconds.

    whose: the module that did it, None when it was nobody's handler; or, when it was a turn of the bus, the place in
    its queue where that began. `$late/<module>` keeps the longest time; the log tells each that is longer than those
    before.
    """
    if isinstance(whose, int):
        _suspect(kernel, whose, ms)
        return
    module = whose
    id = module.id if module else "kernel"
    if ms > kernel.bus.get("$late/" + id, 0):
        kernel.bus.publish("$late/" + id, ms, True)
        (module or kernel).log.warning("held up all others for %d ms" % ms)


def _suspect(kernel, head, ms):
    # Whose handlers was it? Where several modules got events each of them is timed for a while: not all the time, for
    # that would add a fifth to what each event costs.
    bus = kernel.bus
    if "deliver" in bus.__dict__ or kernel._settling_s != 0 and ms < _LATE_AT_BOOT_MS:
        return
    owners = []
    known = True
    while head != bus._head:
        topic = bus._topics[head]
        known = known and topic != SUBSCRIBED
        _add_owners(owners, bus._routes.get(topic, ()), bus._senders[head])
        head = head + 1 if head < bus.size else 0
    if known:
        _tell(kernel, owners, ms)
    if not known or len(owners) > 1:
        _watch(bus)


def _watch(bus):
    # Time the handlers of each event, for a while.
    left = _TIMED_TURNS

    def deliver():
        nonlocal left
        left -= 1
        if not left:
            del bus.deliver  # back to that of the class
        for _ in range(bus.size):
            if bus._head == bus._tail:
                break
            topic, sender, value = bus._topics[bus._head], bus._senders[bus._head], bus._values[bus._head]
            begin = ticks.ticks_ms()
            Bus.deliver(bus, 1)
            ms = ticks.ticks_diff(ticks.ticks_ms(), begin)
            if ms >= _LATE_MS:
                owners = []
                if topic == SUBSCRIBED:  # value: the subscription, which has got the retained values
                    _add_owners(owners, (value,), None)
                else:
                    _add_owners(owners, bus._routes.get(topic, ()), sender)
                _tell(bus.kernel, owners, ms)
        Bus.deliver(bus)  # what waits beside the queue

    bus.deliver = deliver


def _add_owners(owners, route, sender):
    # route: the subscriptions that an event went to; who has sent it does not hear it.
    for entry in route:
        if entry[1] is not None and entry[1] is not sender and entry[1] not in owners:
            owners.append(entry[1])


def _tell(kernel, owners, ms):
    # One of the modules `owners`, or a handler that is nobody's, has taken so long.
    if len(owners) < 2:
        late(kernel, owners[0] if owners else None, ms)
        return
    names = ", ".join([module.id for module in owners])
    kernel.log.warning("held up all others for %d ms: one of %s" % (ms, names))
