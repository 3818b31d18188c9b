"""The master valve or pump: on before the first valve opens, off after the last one has closed."""

RARE = True  # called where there is one


def leads(valves):
    """Switch it on for a valve that is about to open; whether that one has to wait for it."""
    if not valves.lead:
        was_off = valves.master.value() == valves.off
        _switch(valves, True)
        if was_off and valves.config["lead_s"]:
            valves.lead = valves.after(int(valves.config["lead_s"] * 1000), _has_led, valves)
    return bool(valves.lead)


def _has_led(valves):
    from .opening import open_pin

    valves.lead = None
    for valve in valves.open_ones():
        if not valve.value:
            open_pin(valves, valve)


def last_has_closed(valves, why):
    """Switch it off, later where it lags."""
    if valves.lead:
        valves.lead.cancel()
        valves.lead = None
    if valves.config["lag_s"] and why not in ("alarm", "fault", "stop"):
        if not valves.lag:
            valves.lag = valves.after(int(valves.config["lag_s"] * 1000), _switch, valves, False)
    else:
        _switch(valves, False)


def _switch(valves, on):
    if valves.lag:
        valves.lag.cancel()
        valves.lag = None
    valves.master.value(1 - valves.off if on else valves.off)
