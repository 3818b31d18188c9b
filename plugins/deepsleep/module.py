"""Deepsleep: sends the board to sleep, by command, after a time awake or after an event, and tells why it woke."""

import sys

from modcore import Module
from modcore.timer import ANSWER_MS

_LONGEST_S = 2147483  # machine.deepsleep takes milliseconds in 31 bits: 24 days
_MIN_S = 5  # a shorter sleep is not worth the boot


class Deepsleep(Module):
    """Sleeps for `sleep_s` when it was awake for `awake_s`, or when the topic `when` has come with a true value.

    It wakes `lead_s` before the next alarm of `timers`, and by `pins`. While `deepsleep/hold` is on it stays awake.
    The commands `hold` and `sleep` come from outside only where `allow` names them.
    """

    defaults = {
        "sleep_s": 0,
        "awake_s": 0,
        "when": "",
        "pins": [],
        "level": 0,
        "lead_s": 10,
        "max_s": 86400,
        "command": False,
        "allow": [],
    }

    def configure(self):
        """Look at `allow`. ValueError: it names something that is not a command."""
        from modcore.orders import check

        check(self, ("hold", "sleep"))

    def start(self):
        """Tell why the board woke, and plan the next sleep. ValueError: there is no such pin."""
        from modcore.orders import give, take

        from .wake import check, wake_reason

        config = self.config
        self._due = None  # seconds to sleep, once nothing holds it
        check(config["pins"])
        self.property("wake_reason", kind="sensor", value=wake_reason(), name="Why it woke up")
        if "hold" in config["allow"]:
            self.property("hold", kind="switch", value=False, set=give, name="Stay awake")
        else:
            self.property("hold", kind="binary_sensor", value=False, name="Stays awake")
        if config["command"] or "sleep" in config["allow"]:
            self.property(
                "sleep", kind="number", set=give, min=0, max=config["max_s"], unit="s", name="Sleep now"
            )
        take(self)
        if config["awake_s"]:
            self.after(int(config["awake_s"] * 1000), self.sleep, config["sleep_s"])
        if config["when"]:
            self.listen(config["when"], self._on_event)

    def _on_event(self, topic, value):
        if value:
            self.after(ANSWER_MS, self.sleep, self.config["sleep_s"])

    def do(self, command, value=None):
        """Carry out `hold` (true or false) or `sleep` (seconds), whatever is allowed from outside. Refused: unknown.

        kernel.modules["deepsleep"].do("hold", True)
        """
        if command == "hold":
            self.properties["hold"].value = bool(value)
            if not value and self._due is not None:
                self.after(ANSWER_MS, self.sleep, self._due)
        elif command == "sleep":
            self.after(ANSWER_MS, self.sleep, value or 0)
        else:
            from modcore.orders import unknown

            raise unknown(self, command)

    def sleep(self, seconds):
        """Stop all modules and sleep for `seconds`; 0: until a pin wakes the board. Call it from a timer."""
        if self.properties["hold"].value:
            self._due = seconds
            self.log.info("stays awake: it is held")
            return
        if not seconds and not self.config["pins"]:
            self.log.error("does not sleep: nothing would wake it up; see sleep_s and pins")
            return
        alarm_s = self._next_alarm_s()
        if alarm_s is not None:
            until = alarm_s - self.config["lead_s"]
            if until < _MIN_S:  # too soon: the alarm first
                self.after(int(alarm_s + 1) * 1000, self.sleep, seconds)
                return
            seconds = min(seconds, until) if seconds else until
        if seconds:
            seconds = min(seconds, self.config["max_s"], _LONGEST_S)
        self._sleep(seconds)

    def _next_alarm_s(self):
        timers = self.kernel.modules.get("timers")
        return timers.next_s() if hasattr(timers, "next_s") else None

    def _sleep(self, seconds):
        import machine

        from plugins.control.restart import stop_modules

        if self.config["pins"]:
            from .wake import wake_on

            wake_on(self.config["pins"], self.config["level"])
        self.log.info("sleeps for %s" % ("%d s" % seconds if seconds else "as long as no pin wakes it"))
        # An RP2 does not start anew by itself: that takes a reset, which is to be told from a crash.
        stop_modules(self.kernel, "sleep" if sys.platform == "rp2" else "deepsleep")
        if seconds:
            machine.deepsleep(int(seconds * 1000))
        else:
            machine.deepsleep()
        machine.reset()  # a board that goes on after the call instead of starting anew
