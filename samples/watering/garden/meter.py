"""Sums of the flow meter's pulses: litres, today and in all, alarms, and their memory over power cuts."""

from modcore.irq_safe import Counter
from modcore.ticks import const, ticks_diff, ticks_ms

from . import day
from .files import note, read

RARE = True  # called at the start and while water flows or a valve is open

_KEEP_MS = const(900000)  # what has flowed is noted so often at least
_STILL_MS = const(60000)  # nothing has flowed for so long: it is noted earlier


def begin(flow):
    """Declare the properties of a module Flow, read its file and set up its pin."""
    declare = flow.property
    declare("rate", kind="sensor", name="Flow", value=0, unit="L/min", device_class="volume_flow_rate")
    declare("today", kind="sensor", name="Water today", value=0, unit="L", device_class="water")
    declare("total", kind="sensor", name="Water in all", value=0, unit="L", device_class="water")
    declare("alarm", kind="sensor", name="Flow alarm", value="")
    declare("reset", kind="button", name="Reset the flow alarm", set=flow.reset)
    kept = read(flow)
    flow.litres = _number(kept.get("total"))
    flow.litres_today = _number(kept.get("today"))
    flow.day = kept.get("day")
    if isinstance(kept.get("alarm"), str) and kept["alarm"]:
        flow.properties["alarm"].value = kept["alarm"]
        flow.publish("$alarm/" + flow.id, kept["alarm"], True)
    flow.open = {}  # id of each valve that is open -> its name
    flow.busy = False
    flow.counter = Counter()
    flow.seen = 0  # what it said at the end of the last window
    flow.since = flow.kept = ticks_ms()
    reset_limits(flow)
    flow.settling = None
    _wait_until_at_rest(flow)
    _show(flow)
    flow.listen("valves/+", flow.on_valve)
    number = flow.config["pin"]
    flow.pin = None
    if number is not None:
        from machine import Pin

        flow.pin = Pin(number, Pin.IN)
        edges = Pin.IRQ_RISING | Pin.IRQ_FALLING
        try:
            flow.pin.irq(flow.counter.hit, edges, hard=True)
        except (TypeError, ValueError):  # a port without hard interrupts
            flow.pin.irq(flow.counter.hit, edges)


def _number(value):
    return value if isinstance(value, (int, float)) and value - value == 0 else 0


def _wait_until_at_rest(flow):
    # All valves have just been closed: some water may still flow.
    if flow.settling:
        flow.settling.cancel()
    flow.settling = flow.after(int(flow.config["settle_s"] * 1000), flow.settle)


def measure(flow, value):
    """Count what has flowed until the counter stands at `value`, and look at the limits."""
    litres = ((value - flow.seen) & 0x1FFFFFFF) * flow.config["ratio"]
    flow.seen = value
    now = ticks_ms()
    ms = max(1, ticks_diff(now, flow.since))
    flow.since = now
    _set(flow, "rate", float("%.1f" % (litres * 60000 / ms)))
    if litres:
        if not flow.changed:  # a tick of weeks ago would seem to be one to come
            flow.kept = now
        flow.litres += litres
        flow.litres_today += litres
        flow.changed = True
    _show(flow)
    if flow.changed and ticks_diff(now, flow.kept) >= (_KEEP_MS if litres else _STILL_MS):
        keep(flow)
    if not flow.properties["alarm"].value:
        names = [flow.open[id] for id in sorted(flow.open)]
        reason = feed(flow, flow.config, ms, litres, names, not flow.settling)
        if reason:
            alarm(flow, reason)
    flow.busy = bool(litres or flow.open or flow.changed)


def _set(flow, id, value):
    # Set a property, unless it has the value already; round() leaves 89.40000000000001 on MicroPython.
    property = flow.properties[id]
    if property.value != value:
        property.value = value


def _show(flow):
    # Set the properties of what has flowed; a new day begins at zero.
    today = day(flow.kernel)
    if today is not None and flow.day != today:
        if flow.day is not None:
            flow.litres_today = 0
            flow.changed = True
        flow.day = today
    _set(flow, "today", float("%.1f" % flow.litres_today))
    _set(flow, "total", float("%.2f" % flow.litres))


def keep(flow):
    """Note what has flowed, and the alarm."""
    flow.changed = False
    flow.kept = ticks_ms()
    kept = {
        "total": round(flow.litres, 2),
        "today": round(flow.litres_today, 2),
        "day": flow.day,
        "alarm": flow.properties["alarm"].value,
    }
    note(flow, kept)


def note_valve(flow, topic, open):
    """Note that a valve has opened or closed, by its name."""
    id = topic.split("/")[1]
    if open is True:
        flow.open[id] = (flow.kernel.bus.get("$describe/" + topic) or {}).get("name", id)
        flow.busy = True
    elif id in flow.open:
        del flow.open[id]
    else:
        return
    _wait_until_at_rest(flow)


def alarm(flow, reason):
    """Raise the alarm, which closes all valves until a person resets it, or, with None, end it."""
    flow.publish("$alarm/" + flow.id, reason, True)
    flow.properties["alarm"].value = reason or ""
    reset_limits(flow)
    if reason:
        flow.log.error(reason)
    else:
        flow.log.info("alarm reset")
    keep(flow)


# the limits: no I/O and no clock; their state is any object with the attributes that `reset_limits` sets


def reset_limits(state):
    """Begin anew, as at the start and after an alarm."""
    state.over_ms = 0  # for so long too much has flowed
    state.still_ms = 0  # for so long nothing has, though a valve was open
    state.leaked = 0  # litres, since all are closed and the pipes at rest


def feed(state, config, ms, litres, open, at_rest):
    """Take what flowed in a window of `ms` while the valves `open` (names) were; returns a reason, or None.

    config: `max` litres a minute for at least `max_s`; `none_s` seconds without a drop while a valve is open;
    `leak_l` litres while all are closed and the pipes are `at_rest`. 0 turns each off.

        reset_limits(state)
        feed(state, config, 1000, 0.9, ["Lawn"], False)     # "54.0 L/min, more than 40"
    """
    rate = litres * 60000 / ms
    state.over_ms = state.over_ms + ms if config["max"] and rate > config["max"] else 0
    if state.over_ms and state.over_ms >= config["max_s"] * 1000:
        return "%.1f L/min, more than %s" % (rate, config["max"])
    if open:
        state.leaked = 0
        state.still_ms = 0 if litres else state.still_ms + ms
        if config["none_s"] and state.still_ms >= config["none_s"] * 1000:
            return "nothing has flowed for %d s while %s is open" % (state.still_ms // 1000, ", ".join(open))
    else:
        state.still_ms = 0
        if at_rest:
            state.leaked += litres
        if config["leak_l"] and state.leaked >= config["leak_l"]:
            return "%.1f L have flowed while all valves are closed" % state.leaked
    return None
