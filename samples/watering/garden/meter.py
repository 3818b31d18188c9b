"""The memory of the flow meter: what has flowed, today and in all, and the alarm, over power cuts."""

import time

from modcore.json_files import load, save
from modcore.ticks import ticks_ms

from .clock import is_set, zone

RARE = True  # called at the start and when something has flowed


def begin(flow):
    """Declare the properties of a module Flow, read its file and set up its pin."""
    declare = flow.property
    declare("rate", kind="sensor", name="Flow", value=0, unit="L/min", device_class="volume_flow_rate")
    declare("today", kind="sensor", name="Water today", value=0, unit="L", device_class="water")
    declare("total", kind="sensor", name="Water in all", value=0, unit="L", device_class="water")
    declare("alarm", kind="sensor", name="Flow alarm", value="")
    declare("reset", kind="button", name="Reset the flow alarm", set=flow.reset)
    kept = load(flow.config["file"], flow.log)
    flow.litres = _number(kept.get("total"))
    flow.litres_today = _number(kept.get("today"))
    flow.day = kept.get("day")
    if isinstance(kept.get("alarm"), str) and kept["alarm"]:
        flow.properties["alarm"].value = kept["alarm"]
        flow.publish("$alarm/" + flow.id, kept["alarm"], True)
    show(flow)
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


def show(flow):
    """Set the properties of what has flowed; a new day begins at zero."""
    here = zone(flow.kernel)
    if is_set():
        now = int(time.time())
        day = (now + (here.offset(now) if here else 0)) // 86400
        if flow.day != day:
            if flow.day is not None:
                flow.litres_today = 0
                flow.changed = True
            flow.day = day
    flow.show("today", round(flow.litres_today, 1))
    flow.show("total", round(flow.litres, 2))


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
    try:
        save(flow.config["file"], kept)
    except OSError as error:
        flow.log.error("litres not noted:", error)


def note_valve(flow, topic, open):
    """Note that a valve has opened or closed, by its name."""
    id = topic.split("/")[1]
    if open is True:
        flow.open[id] = (flow.kernel.bus.get("$describe/" + topic) or {}).get("name", id)
    else:
        flow.open.pop(id, None)


def alarm(flow, reason):
    """Raise the alarm, or, with None, end it."""
    flow.publish("$alarm/" + flow.id, reason, True)
    flow.properties["alarm"].value = reason or ""
    flow.limits.reset()
    if reason:
        flow.log.error(reason)
    else:
        flow.log.info("alarm reset")
    keep(flow)
