"""Wiring of the valves: their pins and properties, made at start."""

from machine import Pin

RARE = True  # called when the module starts


def about_valves(valves):
    """The list of valves as the configuration has it."""
    return valves.kernel.config.get(valves.id, {}).get("valves", valves.defaults["valves"])


def about_valve(valves, id):
    """The one with the id `id` (str), or None."""
    for about in about_valves(valves):
        if str(about["id"]) == id:
            return about
    return None


def wire(valves):
    """Close all pins of a module Valves, declare its properties and listen."""
    config = valves.config
    if "valves" not in config:  # started again, without having been configured
        config["valves"] = about_valves(valves)
    off = valves.off = 1 if config["active_low"] else 0
    valves.alarms = {}  # who -> reason
    valves.direct = False
    valves.lead = valves.lag = None
    number = config["master"]
    valves.master = None if number is None else Pin(number, Pin.OUT, value=off)
    turn = valves.turn
    for about in config["valves"]:
        number = about.get("pin") or 0
        pin = Pin(number, Pin.OUT, value=off) if number > 0 else None
        may = None if about.get("disabled", False) else turn
        valve = valves.property(str(about["id"]), kind="valve", name=about["name"], value=False, set=may)
        valve.pin = pin
        valve.run = None
    valves.publish("$valves/direct", False, True)
    valves.publish("$valves/at_once", config["at_once"], True)
    valves.publish("$valves/ids", [valve.id for valve in valves.properties.values()], True)
    del config["valves"]  # from here on the properties have it all
    hear = valves.hear
    for filter in ("valves/run/set", "$valves/run", "$valves/close", "$alarm/+", "$state/+"):
        valves.listen(filter, hear)
