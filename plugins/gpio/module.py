"""Gpio: makes a part of each pin in the configuration and gives the parts their turns."""

from modcore import Module
from modcore.lazy import load

# mode -> the file with its Part; loaded when the first pin has that mode. Its keys are in defaults.py.
_MODES = {"out": "output", "in": "input", "pwm": "pwm", "adc": "analog", "counter": "counter"}
_IDLE_MS = 60000
# Times that are told by ticks, which know no more than 6 days.
_TICKS = ("debounce_ms", "long_ms", "double_ms", "dead_ms", "period_ms")
_MAX_MS = 1 << 28
_META = ("name", "unit", "device_class", "icon")


class Gpio(Module):
    """All pins of `config["pins"]`: `{"lamp": {"mode": "out", "pin": 4}}` is the switch `gpio/lamp`.

    A pin that can't be had is reported on `$error/gpio` and in the log; the others work.
    """

    defaults = {"pins": {}}
    _troubled = False  # `$error/gpio` tells of a pin

    def start(self):
        """Declare every pin, by name."""
        self.parts = []
        if self._troubled:
            self._troubled = False
            self.publish("$error/" + self.id, None, True)
        pins = self.config["pins"]
        for id in sorted(pins):
            have = list(self.properties)
            try:
                self.parts.append(self._part(id, pins[id]))
            except (ValueError, TypeError, OSError, ImportError) as error:
                from .trouble import tell

                tell(self, id, pins[id], error, have)
                self._troubled = True

    def loop(self):
        """Give each part its turn."""
        wait = _IDLE_MS
        for part in self.parts:
            ms = part.turn()
            if ms is not None and ms < wait:
                wait = ms
        return wait

    def stop(self):
        """Let go of the pins; outputs go to their safe value."""
        for part in self.parts:
            part.stop()
        self.parts = []

    def _part(self, id, section):
        mode = section.get("mode", "out") if isinstance(section, dict) else None
        if mode not in _MODES:
            raise ValueError("mode %r; have %s" % (mode, ", ".join(sorted(_MODES))))
        from modcore.config import check, merge

        from .defaults import DEFAULTS

        defaults = DEFAULTS[mode]
        unknown = check("%s/%s" % (self.id, id), defaults, section)
        unknown = [key for key in unknown if key not in _META and key not in ("mode", "pin")]
        if unknown:
            self.log.warning("%s: unknown key %s; have %s" % (id, unknown, ", ".join(sorted(defaults))))
        if "pin" not in section:
            raise ValueError("pin: missing")
        pin = section["pin"]
        for other, entry in self.config["pins"].items():
            if other < id and mode != "adc" and isinstance(entry, dict) and entry.get("pin") == pin:
                raise ValueError("has %r already" % other)
        for key in defaults:
            if key in _TICKS and section.get(key, 0) > _MAX_MS:
                raise ValueError("%s %s: takes up to %d" % (key, section[key], _MAX_MS))
        meta = {key: section[key] for key in _META if key in section}
        part = load("plugins.gpio." + _MODES[mode]).Part
        return part(self, id, merge(defaults, section), meta)
