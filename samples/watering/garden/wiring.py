"""How the valves are wired: their pins and properties, made at start."""

from machine import Pin

RARE = True  # called when the module starts


def about_valves(valves):
    """The list of valves as the configuration has it."""
    return valves.kernel.config.get(valves.id, {}).get("valves", valves.defaults["valves"])


def wire(valves):
    """Close all pins of a module Valves, declare its properties and listen."""
    config = valves.config
    if "valves" not in config:  # started again, without having been configured
        config["valves"] = about_valves(valves)
    off = valves.off = 1 if config["active_low"] else 0
    valves.alarms = {}  # who -> reason
    valves.failed = set()  # modules
    valves.direct = False
    valves.lead = valves.lag = None  # timers of the master
    if config["master"] is not None:
        valves.master = Pin(config["master"], Pin.OUT, value=off)
    for about in config["valves"]:
        number = about.get("pin") or 0
        pin = Pin(number, Pin.OUT, value=off) if number > 0 else None
        turn = None if about.get("disabled", False) else valves.turn
        valve = valves.property(str(about["id"]), kind="valve", name=about["name"], value=False, set=turn)
        valve.pin = pin
        valve.max_ms = about.get("max_s", config["max_s"]) * 1000
        valve.timer = valve.cause = None
        valve.ms = 0
    valves.publish("$valves/direct", False, True)
    valves.publish("$valves/at_once", config["at_once"], True)
    valves.publish("$valves/ids", [str(about["id"]) for about in config["valves"]], True)
    del config["valves"]  # from here on the properties have it all
    valves.listen("valves/run/set", valves.on_hand)
    valves.listen("$valves/run", valves.on_run)
    valves.listen("$valves/close", valves.on_close)
    valves.listen("$alarm/+", valves.on_alarm)
    valves.listen("$state/+", valves.on_state)
