"""Sensors: makes a device of each entry of the configuration."""

from modcore import Module
from modcore.lazy import load

_META = ("name", "icon")


class Sensors(Module):
    """All devices of `config["devices"]`: `{"garden": {"driver": "dht22", "pin": 4}}` is `sensors/garden_temperature` …

    A device that can't be had is reported on `$error/sensors` and in the log; the others work. One that does not
    answer loses its values after three times, and gets them back when it does.
    """

    defaults = {"devices": {}}

    def start(self):
        """Make all devices, by name."""
        self.devices = {}
        self.buses = {}  # what several devices are on, by its pins
        self._troubles = {}  # id -> why it does not work
        if self.kernel.bus.get("$error/" + self.id):
            self.publish("$error/" + self.id, None, True)
        devices = self.config["devices"]
        for id in sorted(devices):
            have = list(self.properties)
            try:
                self.devices[id] = self._device(id, devices[id])
            except (ValueError, TypeError, OSError, ImportError, AttributeError) as error:
                for name in list(self.properties):
                    if name not in have:
                        self.properties[name].withdraw()
                self.trouble(id, error)

    def stop(self):
        """Bring what switches or moves something to its safe value."""
        for device in self.devices.values():
            device.stop()
        self.devices = {}

    def _device(self, id, section):
        from modcore.config import check, merge

        from .defaults import DEFAULTS

        name = section.get("driver") if isinstance(section, dict) else None
        if name not in DEFAULTS:
            raise ValueError("driver %r; have %s" % (name, ", ".join(sorted(DEFAULTS))))
        file, defaults = DEFAULTS[name]
        unknown = check("%s/%s" % (self.id, id), defaults, section)
        unknown = [key for key in unknown if key not in _META and key != "driver"]
        if unknown:
            self.log.warning(
                "%s: unknown key %s; have %s" % (id, ", ".join(unknown), ", ".join(sorted(defaults)))
            )
        missing = [key for key in defaults if defaults[key] is None and key not in section and key != "safe"]
        if missing:
            raise ValueError("%s: missing" % ", ".join(sorted(missing)))
        return load("plugins.sensors." + file).Device(self, id, name, merge(defaults, section))

    def trouble(self, id, error):
        """Tell in the log and on `$error/sensors` why a device does not work; None: it works again."""
        if error is None:
            if self._troubles.pop(id, None):
                self.log.info("%s answers again" % id)
        else:
            text = "%s/%s: %s" % (self.id, id, error)
            if self._troubles.get(id) != text:
                self.log.error(text)
            self._troubles[id] = text
        shown = "; ".join([self._troubles[id] for id in sorted(self._troubles)]) or None
        if self.kernel.bus.get("$error/" + self.id) != shown:
            self.publish("$error/" + self.id, shown, True)
