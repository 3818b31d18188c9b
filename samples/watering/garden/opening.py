"""Valves open: by hand, or for the player. Each gets its timer before its pin: nothing opens that does not close.

`valve.run` of one that is open, or waits for the master, is a dict: `cause`, `ms` in all, the tick `began` and the
`timer` that closes it; that of a closed one is None.
"""

from modcore import Refused
from modcore.ticks import const, ticks_diff, ticks_ms

from .wiring import about_valve, about_valves

RARE = True  # called for a command

_DAY_S = const(86400)
_SETTINGS = ("max_s", "direct_s", "at_once", "active_low", "master", "lead_s", "lag_s")
_TAKES = 'takes an object such as {"0": 300}, seconds for each valve'


def blocked(valves):
    """Say why no valve may open, or None."""
    for reason in valves.alarms.values():
        if reason:
            return reason
    for id in valves.config["needs"]:
        if valves.kernel.bus.get("$state/" + id) == "FAILED":
            return "%s has failed" % id
    return None


def left_ms(valve):
    """Milliseconds until `valve` closes; 0 when it is closed."""
    run = valve.run
    return max(0, run["ms"] - _ran_ms(valve)) if run else 0


def _ran_ms(valve):
    return ticks_diff(ticks_ms(), valve.run["began"]) if valve.value else 0


def max_ms(valves, valve):
    """The milliseconds that `valve` is ever open at one time."""
    return (about_valve(valves, valve.id) or {}).get("max_s", valves.config["max_s"]) * 1000


def by_hand(valves, valve, seconds):
    """Open `valve` for some seconds, at most its maximum; what a program has open is closed before.

    Refused: an alarm, or too many are open.
    """
    reason = blocked(valves)
    if reason:
        raise Refused("%s: %s" % (valve.topic, reason))
    others = [v for v in valves.open_ones() if v.run["cause"] == "hand" and v is not valve]
    if len(others) >= valves.config["at_once"]:
        raise Refused("%s: %d valves are open, and no more may be at once" % (valve.topic, len(others)))
    valves.tell_direct(True)
    for other in valves.open_ones():
        if other.run["cause"] != "hand":
            valves.close(other, "direct")
    most = max_ms(valves, valve)
    ms = min(int(seconds * 1000), most)
    run = valve.run
    if not run:
        _begin(valves, valve, ms, "hand")
        return
    # Once more: it goes on from now, but not past its maximum.
    ran = _ran_ms(valve)
    run["ms"] = min(ran + ms, most)
    if valve.value:
        run["timer"].cancel()
        run["timer"] = valves.after(max(0, run["ms"] - ran), valves.close, valve, "done")


def hear(valves, topic, value):
    """Do what came on the bus, by hand or from the player."""
    if topic == "$valves/run":
        _play(valves, *value)
    elif topic == "$valves/close":
        ids, why = value
        for valve in valves.open_ones():
            if valve.id in ids and valve.run["cause"] != "hand":
                valves.close(valve, why)
    else:
        try:
            _take(valves, value)
        except Refused as error:
            valves.log.warning("refused:", error)


def answer(valves, what, value):
    """Answer a question: what is of the valves, how they are configured, or what became of a command."""
    if what == "list":
        # The configuration may have been changed for the next start.
        return [
            _state(valves, about) for about in about_valves(valves) if str(about["id"]) in valves.properties
        ]
    if what == "settings":
        found = {key: valves.config[key] for key in _SETTINGS}
        found["valves"] = about_valves(valves)
        return found
    if what == "close":
        valves.close_all("end")
    elif what == "run/set":
        _take(valves, value)
    else:
        raise LookupError("valves answers no " + what)


def _state(valves, about):
    valve = valves.properties[str(about["id"])]
    reason = blocked(valves)
    is_open = bool(valve.value)
    return {
        "id": about["id"],
        "pin": about.get("pin"),
        "name": about["name"],
        "disabled": about.get("disabled", False),
        "error": reason is not None,
        "reason": reason or "",
        "state": is_open,
        "pause": False,
        "result": is_open,
        "cause": valve.run["cause"] if valve.run else "",
        "left": (left_ms(valve) + 999) // 1000,
        "max_s": max_ms(valves, valve) // 1000,
    }


def _take(valves, value):
    # Open and close what `value` says. Refused: what is wrong in it, or one may not open.
    wanted = value.items() if isinstance(value, dict) else [(None, None)]
    for id, seconds in wanted:  # all or none
        valve = valves.properties.get(id)
        if not valve or not valve.set or isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise Refused("valves/run/set " + _TAKES)
        if not 0 <= seconds <= _DAY_S:
            raise Refused("valves/run/set takes seconds from 0 to %d" % _DAY_S)
    for id, seconds in wanted:
        if seconds:
            by_hand(valves, valves.properties[id], seconds)
        else:
            valves.close(valves.properties[id], "hand")


def _play(valves, id, ms, cause):
    # Open a valve for the player, or say why not.
    valve = valves.properties.get(id)
    final = not valve or not valve.set
    if final:
        reason = "valve %s is disabled" % id if valve else "there is no valve %s" % id
    else:
        reason = blocked(valves)
        if not reason and (valve.run or valves.direct):
            reason = "a valve is open by hand"
        if not reason and len(valves.open_ones()) >= valves.config["at_once"]:
            reason = "%d valves are open, and no more may be at once" % valves.config["at_once"]
    if reason:
        valves.fire({"$valves/refused": {"valve": id, "reason": reason, "final": final}})
    else:
        _begin(valves, valve, min(int(ms), max_ms(valves, valve)), cause)


def _begin(valves, valve, ms, cause):
    valve.run = {"cause": cause, "ms": ms, "began": None, "timer": None}
    if valves.master:
        from .master import leads

        if leads(valves):
            return
    open_pin(valves, valve)


def open_pin(valves, valve):
    """Open a valve whose time begins now."""
    run = valve.run
    run["timer"] = valves.after(run["ms"], valves.close, valve, "done")
    run["began"] = ticks_ms()
    if valve.pin:
        valve.pin.value(1 - valves.off)
    valve.value = True
    valves.fire({"$valves/begun": {"valve": valve.id, "cause": run["cause"], "ms": run["ms"]}})
