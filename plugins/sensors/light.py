"""BH1750: the light that falls on it, over I2C. Source: ROHM BH1750FVI data sheet."""

from .i2c import bus
from .reading import Reading

_ONCE = b"\x20"  # one measurement with 1 lx, then sleep
_MEASURES_MS = 190  # 180 ms at most
_PER_LUX = 1.2


class Device(Reading):
    """The sensor `<id>`, in lux."""

    quantities = (("", "Light", "lx", "illuminance"),)

    def __init__(self, module, id, driver, config):
        self._bus = bus(module, config)
        Reading.__init__(self, module, id, config)

    def read(self):
        """Let it measure, and read when it has."""
        self._bus.writeto(self.config["address"], _ONCE)
        self.module.after(_MEASURES_MS, self._collect)

    def answered(self):
        """Wait: only what is collected tells."""

    def _collect(self):
        try:
            data = self._bus.readfrom(self.config["address"], 2)
        except OSError as error:
            self.failed(error)
            return
        self.show("", (data[0] << 8 | data[1]) / _PER_LUX)
        Reading.answered(self)
