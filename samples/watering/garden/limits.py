"""The limits of the flow: too much, none while a valve is open, some while all are closed. No I/O and no clock.

Their state is any object with the attributes that `begin` sets; the flow meter is one.
"""

RARE = True  # called while water flows or a valve is open


def begin(state):
    """Begin anew, as at the start and after an alarm."""
    state.over_ms = 0  # for so long too much has flowed
    state.still_ms = 0  # for so long nothing has, though a valve was open
    state.leaked = 0  # litres, since all are closed and the pipes at rest


def feed(state, config, ms, litres, open, at_rest):
    """Take what flowed in a window of `ms` while the valves `open` (names) were; returns a reason, or None.

    config: `max` litres a minute for at least `max_s`; `none_s` seconds without a drop while a valve is open;
    `leak_l` litres while all are closed and the pipes are `at_rest`. 0 turns each off.

        begin(state)
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
