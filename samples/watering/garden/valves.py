"""Valves on GPIO pins: closed at boot, at stop, at a fault, at the end of their own seconds and of their maximum.

This module alone drives the pins, and it alone counts how long they are open: whatever others do or fail to do,
each valve closes when its time is over. It is told on the bus what to open, and tells what became of it:

| topic | value |
| --- | --- |
| `valves/<id>/set` | true: open by hand for `direct_s`; false: close |
| `valves/run/set` | by hand: `{"0": 300}`, seconds for each valve; 0 closes it |
| `$valves/run` | from the player: `[id, ms, cause]` |
| `$valves/close` | from the player: `[ids, why]` |
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
    # Made by wiring.py:
    off: int  # the level of a closed valve
    alarms: dict  # who -> why no valve may open
    failed: set  # modules of `needs` that do not run

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
            self._switch_master(False)

    def blocked(self):
        """Why no valve may open, or None."""
        for reason in self.alarms.values():
            return reason
        for id in self.config["needs"]:
            if id in self.failed:
                return "%s has failed" % id
        return None

    def left_ms(self, valve):
        """Milliseconds until `valve` closes; 0 when it is closed."""
        if valve.cause is None:
            return 0
        return max(0, valve.ms - (ticks_diff(ticks_ms(), valve.began) if valve.value else 0))

    # commands

    def turn(self, valve, on):
        """Open a valve by hand for the configured time, or close it: the command. Refused: it may not open."""
        if on:
            self.by_hand(valve, self.config["direct_s"])
        else:
            self.close(valve, "hand")

    def by_hand(self, valve, seconds):
        """Open a valve for some seconds, at most its maximum; what a program has open is closed before.

        Refused: an alarm, or too many are open.
        """
        from .hand import open_valve

        open_valve(self, valve, seconds)

    def on_hand(self, topic, value):
        """Take `{"0": 300}`: seconds for each valve, 0 closes it."""
        from .hand import take

        take(self, topic, value)

    def on_run(self, topic, value):
        """Open a valve for the player, or say why not."""
        id, ms, cause = value
        valve = self.properties.get(id)
        final = not valve or not valve.set
        if not valve or not valve.set:
            reason = "there is no valve %s" % id if not valve else "valve %s is disabled" % id
        else:
            reason = self.blocked()
            if not reason and (valve.cause is not None or self.direct):
                reason = "a valve is open by hand"
            if not reason and len(self.open_ones()) >= self.config["at_once"]:
                reason = "%d valves are open, and no more may be at once" % self.config["at_once"]
        if reason or not valve:
            self.fire({"$valves/refused": {"valve": id, "reason": reason, "final": final}})
        else:
            self.begin(valve, min(int(ms), valve.max_ms), cause)

    def on_close(self, topic, value):
        """Close what the player has open."""
        ids, why = value
        for valve in self.open_ones():
            if valve.id in ids and valve.cause != "hand":
                self.close(valve, why)

    def on_alarm(self, topic, reason):
        """Close all at an alarm, and note it."""
        who = topic[7:]
        if reason:
            self.alarms[who] = reason
            self.close_all("alarm")
        else:
            self.alarms.pop(who, None)

    def on_state(self, topic, state):
        """Close all when any module fails, and what the player has open when that stops."""
        id = topic[7:]
        if state == "FAILED":
            self.failed.add(id)
            self.close_all("fault")
        else:
            if state == "RUNNING":
                self.failed.discard(id)
            elif id == "player":
                self.on_close(topic, ([valve.id for valve in self.open_ones()], "stop"))

    def close_all(self, why):
        """Close every valve; one that can't be closed keeps no other from it."""
        trouble = None
        for valve in self.properties.values():
            try:
                self.close(valve, why)
            except Exception as error:
                trouble = error
        if trouble:
            raise trouble

    # pins

    def open_ones(self):
        """The valves that are open, or wait for the master."""
        return [valve for valve in self.properties.values() if valve.cause is not None]

    def begin(self, valve, ms, cause):
        """Open a valve for `ms`, the master before it."""
        valve.cause = cause
        valve.ms = ms
        valve.timer = None
        if self.master and self.config["lead_s"] and self.master.value() == self.off:
            self._switch_master(True)
            self.lead = self.after(int(self.config["lead_s"] * 1000), self._led)
        elif not self.lead:
            self._switch_master(True)
            self._open_pin(valve)

    def _led(self):
        # The master has been on for long enough.
        self.lead = None
        for valve in self.open_ones():
            if not valve.value:
                self._open_pin(valve)

    def _open_pin(self, valve):
        # The timer first: nothing may open that does not close.
        valve.timer = self.after(valve.ms, self.close, valve, "done")
        valve.began = ticks_ms()
        if valve.pin:
            valve.pin.value(1 - self.off)
        valve.value = True
        self.fire({"$valves/begun": {"valve": valve.id, "cause": valve.cause, "ms": valve.ms}})

    def close(self, valve, why):
        """Close a valve and tell it; the pin first, and always: the rest is words."""
        if valve.pin:
            valve.pin.value(self.off)
        if valve.cause is None:
            return
        if valve.timer:
            valve.timer.cancel()
        ran = ticks_diff(ticks_ms(), valve.began) if valve.value else 0
        report = {
            "valve": valve.id,
            "cause": valve.cause,
            "why": why,
            "ran": ran,
            "left": 0 if why == "done" else max(0, valve.ms - ran),
        }
        valve.cause = valve.timer = None
        valve.value = False
        self.fire({"$valves/ended": report})
        still_open = self.open_ones()
        if not still_open:
            if self.lead:
                self.lead.cancel()
                self.lead = None
            if self.master and not self.lag:
                if self.config["lag_s"] and why not in ("alarm", "stop"):
                    self.lag = self.after(int(self.config["lag_s"] * 1000), self._switch_master, False)
                else:
                    self._switch_master(False)
        if why != "direct":  # else one is about to open by hand
            self.tell_direct(any([valve.cause == "hand" for valve in still_open]))

    def _switch_master(self, on):
        if self.lag:
            self.lag.cancel()
            self.lag = None
        if self.master:
            self.master.value(1 - self.off if on else self.off)

    def tell_direct(self, direct):
        """Tell the player whether a valve is open by hand."""
        if direct != self.direct:
            self.direct = direct
            self.publish("$valves/direct", direct, True)
