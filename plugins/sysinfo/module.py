"""Sysinfo: uptime, heap, flash, temperature, addresses, versions and the cause of the last reset."""

import gc

from modcore import Module
from modcore.once import once


class Sysinfo(Module):
    """Properties that are worked out every `interval_s`; what the board can't tell is not there."""

    defaults = {"interval_s": 60, "largest": True, "path": "/"}

    def start(self):
        """Declare what there is to know."""
        import modcore

        facts = once("plugins.sysinfo", "facts")
        self._fact("version", modcore.__version__, "Version of modcore")
        self._fact("firmware", facts.firmware(), "Firmware")
        self._fact("board", facts.board(), "Board")
        self._fact("id", facts.unique_id(), "Number of the chip")
        self._fact("reset_cause", once("plugins.sysinfo", "cause").reset_cause(), "Cause of the last start")
        self._sensor("uptime", self._uptime, "Uptime", "s", "duration")
        if hasattr(gc, "mem_free"):
            self._sensor("heap_free", _heap_free, "Free heap", "B", "data_size")
            if self.config["largest"]:
                self._sensor("heap_largest", _largest, "Largest block of heap", "B", "data_size")
        self._sensor("storage_free", self._storage_free, "Free storage", "B", "data_size")
        thermometer = once("plugins.sysinfo", "thermometer").thermometer()
        if thermometer:
            self._sensor("temperature", thermometer, "Temperature of the chip", "\u00b0C", "temperature")
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


def _largest():
    return once("plugins.sysinfo", "heap").largest_block()
