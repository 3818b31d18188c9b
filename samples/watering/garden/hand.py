"""Valves that somebody opens by hand."""

from modcore import Refused
from modcore.ticks import const, ticks_diff, ticks_ms

RARE = True  # called for a command

_DAY_S = const(86400)


def open_valve(valves, valve, seconds):
    """Open `valve` for some seconds, at most its maximum. Refused: an alarm, or too many are open."""
    reason = valves.blocked()
    if reason:
        raise Refused("%s: %s" % (valve.topic, reason))
    others = [v for v in valves.open_ones() if v.cause == "hand" and v is not valve]
    if len(others) >= valves.config["at_once"]:
        raise Refused("%s: %d valves are open, and no more may be at once" % (valve.topic, len(others)))
    valves.tell_direct(True)
    for other in valves.open_ones():
        if other.cause != "hand":
            valves.close(other, "direct")
    ms = min(int(seconds * 1000), valve.max_ms)
    if valve.cause is None:
        valves.begin(valve, ms, "hand")
    else:  # once more: it goes on from now, but not past its maximum
        ran = ticks_diff(ticks_ms(), valve.began) if valve.value else 0
        valve.ms = min(ran + ms, valve.max_ms)
        if valve.value:
            valve.timer.cancel()
            valve.timer = valves.after(max(0, valve.ms - ran), valves.close, valve, "done")


def take(valves, topic, value):
    """Open and close what `value` says, `{"0": 300}`; what is wrong in it is told in the log."""
    try:
        for id, seconds in value.items():
            valve = valves.properties.get(id)
            if not valve or not valve.set or isinstance(seconds, bool) or not 0 <= seconds <= _DAY_S:
                raise Refused('%s takes an object such as {"0": 300}, seconds for each valve' % topic)
            if seconds:
                valves.by_hand(valve, seconds)
            else:
                valves.close(valve, "hand")
    except Refused as error:
        valves.log.warning("refused:", error)
    except (AttributeError, TypeError):
        valves.log.warning('refused: %s takes an object such as {"0": 300}' % topic)
