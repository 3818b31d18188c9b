"""Sysinfo: uptime, heap, flash, temperature, addresses, versions and the cause of the last reset."""

import gc

from modcore import Module

from .heap import largest_block


class Sysinfo(Module):
    """Properties that are worked out every `interval_s`; what the board can't tell is not there."""

    defaults = {"interval_s": 60, "largest": True, "path": "/"}

    def start(self):
        """Declare what there is to know."""
        import modcore

        from .cause import reset_cause
        from .facts import board, firmware, unique_id
        from .thermometer import thermometer

        self._fact("version", modcore.__version__, "Version of modcore")
        self._fact("firmware", firmware(), "Firmware")
        self._fact("board", board(), "Board")
        self._fact("id", unique_id(), "Number of the chip")
        self._fact("reset_cause", reset_cause(), "Cause of the last start")
        self._sensor("uptime", self._uptime, "Uptime", "s", "duration")
        if hasattr(gc, "mem_free"):
            self._sensor("heap_free", _heap_free, "Free heap", "B", "data_size")
            if self.config["largest"]:
                self._sensor("heap_largest", largest_block, "Largest block of heap", "B", "data_size")
        self._sensor("storage_free", self._storage_free, "Free storage", "B", "data_size")
        measure = thermometer()
        if measure:
            self._sensor("temperature", measure, "Temperature of the chip", "\u00b0C", "temperature")
        self.property("addresses", kind="sensor", value="", name="Addresses")
        self.listen("wlan/ip", self._on_address)
        self.listen("softap/on", self._on_address)
        self.measure()
        if self.config["interval_s"]:
            self.every(self.config["interval_s"] * 1000, self.measure)

    def _fact(self, id, value, name):
        if value:
            self.property(id, kind="sensor", value=value, name=name)

    def _sensor(self, id, measure, name, unit, device_class):
        self.property(id, kind="sensor", name=name, unit=unit, device_class=device_class).measure = measure

    def measure(self):
        """Work all out anew; what has not changed is not published."""
        for property in self.properties.values():
            if hasattr(property, "measure"):
                value = property.measure()
                if value != property.value:
                    property.value = value

    def _uptime(self):
        return self.kernel.uptime_ms() // 1000

    def _storage_free(self):
        import os

        try:
            found = os.statvfs(self.config["path"])
        except (OSError, AttributeError):
            return None
        return found[0] * found[3]

    def _on_address(self, topic, value):
        found = [self.kernel.bus.get("wlan/ip")]
        softap = self.kernel.modules.get("softap")
        if softap and self.kernel.bus.get("softap/on"):
            found.append(softap.config.get("address"))
        self.properties["addresses"].value = " ".join([address for address in found if address])


def _heap_free():
    gc.collect()
    return gc.mem_free()
