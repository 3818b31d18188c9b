"""Valves on GPIO pins: closed at boot, at stop, at a fault, at the end of their own seconds and of their maximum.

This module alone drives the pins, and it alone counts how long they are open: whatever others do or fail to do,
each valve closes when its time is over. It is told on the bus what to open, and tells what became of it:

| topic | value |
| --- | --- |
| `valves/<id>/set` | true: open by hand for `direct_s`; false: close |
| `valves/run/set` | by hand: `{"0": 300}`, seconds for each valve; 0 closes it |
| `valves/list`, `valves/settings` | questions: what is of each valve, and what is configured |
| `valves/close` | a question, too: close all, those that are open by hand as well |
| `$valves/run` | from the player: `[id, ms, cause]` |
| `$valves/close` | from the player: `[ids, why]`, of which those that are open by hand stay so |
| `$valves/begun` | `{"valve", "cause", "ms"}` |
| `$valves/ended` | `{"valve", "cause", "why", "ran", "left"}`: milliseconds that it was open, and that it had left |
| `$valves/refused` | `{"valve", "reason", "final"}`; final: it will never open |
| `$valves/direct` | whether a valve is open by hand, retained |
| `$valves/at_once`, `$valves/ids` | how many may be open together, and which there are; retained |
| `$alarm/<who>` | a reason to close all and to open none, until it is null again |

`why` is done, hand, direct (somebody opened another valve by hand), pause, end, stop, alarm or fault.
"""

from modcore import Module
from modcore.ticks import ticks_diff, ticks_ms


class Valves(Module):
    """The valves of a garden, and the master valve or pump before them.

    config: `valves`, a list of `{"id": 0, "pin": 4, "name": "Lawn", "disabled": false, "max_s": 3600}` (an id
    is a number from 0 to 254 that stays with the valve when others come, go or change places; no pin: one for
    trying things out); `max_s`, the longest that a valve without its own is ever open at one time; `direct_s`,
    how long one that is opened by hand is; `at_once`, how many may be open together; `active_low`, whether a
    low pin opens; `master`, the pin of a valve or pump that is on while a valve is open, `lead_s` before the
    first one opens and `lag_s` after the last one has closed; `needs`, modules without which none opens.
    """

    defaults = {
        "valves": [{"id": 0, "pin": 4, "name": "Lawn"}, {"id": 1, "pin": 27, "name": "Beds"}],
        "max_s": 3600,
        "direct_s": 600,
        "at_once": 8,
        "active_low": False,
        "master": None,
        "lead_s": 0,
        "lag_s": 0,
        "needs": ["flow"],
    }
    master = None  # its pin
    lead = lag = None  # timers of the master
    direct = False  # whether a valve is open by hand
    # Made by wiring.py:
    off: int  # the level of a closed valve
    alarms: dict  # who -> why no valve may open

    def configure(self):
        """Refuse what could open a wrong valve, or one for too long. ValueError says what to mend."""
        from .checks import valves

        valves(self.config)

    def start(self):
        """Close all valves and declare their properties; a disabled one can't be set."""
        from .wiring import wire

        wire(self)

    def stop(self):
        """Close all valves and the master, whatever else goes wrong."""
        try:
            self.close_all("stop")
        finally:
            if self.master:
                self.master.value(self.off)

    def turn(self, valve, on):
        """Open a valve by hand for the configured time, or close it: the command. Refused: it may not open."""
        if on:
            from .opening import by_hand

            by_hand(self, valve, self.config["direct_s"])
        else:
            self.close(valve, "hand")

    def hear(self, topic, value):
        """Close at an alarm and at a failure; open and close what others ask for."""
        if topic[:7] == "$alarm/":
            self.alarms[topic[7:]] = value
            if value:
                self.close_all("alarm")
        elif value == "FAILED":
            self.close_all("fault")
        elif topic == "$state/player":
            if value != "RUNNING":
                self.close_all("stop", True)
        elif topic[:7] != "$state/":
            from .opening import hear

            hear(self, topic, value)

    def answer(self, what, value):
        """Answer what others ask on the bus."""
        from .opening import answer

        return answer(self, what, value)

    def open_ones(self):
        """The valves that are open, or wait for the master."""
        return [valve for valve in self.properties.values() if valve.run]

    def close_all(self, why, played=False):
        """Close every valve, or those that the player has open; one that can't be closed keeps no other from it."""
        trouble = None
        for valve in self.properties.values():
            try:
                if not played or valve.run and valve.run["cause"] != "hand":
                    self.close(valve, why)
            except Exception as error:
                trouble = error
        if why in ("alarm", "fault") and self.master:  # it may lag
            self.master.value(self.off)
        if trouble:
            raise trouble

    def close(self, valve, why):
        """Close a valve and tell it; the pin first, and always: the rest is words."""
        if valve.pin:
            valve.pin.value(self.off)
        run = valve.run
        if not run:
            return
        valve.run = None
        if run["timer"]:
            run["timer"].cancel()
        ran = ticks_diff(ticks_ms(), run["began"]) if valve.value else 0
        valve.value = False
        left = 0 if why == "done" else max(0, run["ms"] - ran)
        report = {"valve": valve.id, "cause": run["cause"], "why": why, "ran": ran, "left": left}
        self.fire({"$valves/ended": report})
        still_open = self.open_ones()
        if self.master and not still_open:
            from .master import last_has_closed

            last_has_closed(self, why)
        if why != "direct":  # else one is about to open by hand
            self.tell_direct(any([other.run["cause"] == "hand" for other in still_open]))

    def tell_direct(self, direct):
        """Tell the player whether a valve is open by hand."""
        if direct != self.direct:
            self.direct = direct
            self.publish("$valves/direct", direct, True)
