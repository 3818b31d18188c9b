"""BME280 and BMP280: temperature, pressure and, the former, humidity over I2C.

Source: Bosch BME280 data sheet 1.6, sections 4.2.3 (the arithmetic) and 5.4 (the registers).
"""

from .i2c import bus
from .reading import Reading

_ID = 0xD0
_CALIBRATION = 0x88
_HUMIDITY_CALIBRATION = 0xE1
_CONTROL_HUMIDITY = 0xF2
_CONTROL = 0xF4
_DATA = 0xF7
_ONCE = 0x25  # temperature and pressure once each, then sleep
_MEASURES_MS = 15  # section 9.1: 9.3 ms at most
_HUMIDITY = ("humidity", "Humidity", "%", "humidity")


class Device(Reading):
    """The sensors `<id>_temperature`, `<id>_pressure` and, of a BME280, `<id>_humidity`."""

    quantities = (
        ("temperature", "Temperature", "\u00b0C", "temperature"),
        ("pressure", "Pressure", "hPa", "pressure"),
    )

    def __init__(self, module, id, driver, config):
        self._bus = bus(module, config)
        self._wet = driver == "bme280"
        self._calibration = None
        if self._wet:
            self.quantities = self.quantities + (_HUMIDITY,)
        Reading.__init__(self, module, id, config)

    def _setup(self):
        address = self.config["address"]
        found = self._bus.readfrom_mem(address, _ID, 1)[0]
        wanted = 0x60 if self._wet else 0x58
        if found != wanted:
            raise ValueError("chip 0x%02x at address 0x%02x, not 0x%02x" % (found, address, wanted))
        data = self._bus.readfrom_mem(address, _CALIBRATION, 26)
        self._calibration = [_word(data, 2 * i, i not in (0, 3)) for i in range(12)]
        if self._wet:
            more = self._bus.readfrom_mem(address, _HUMIDITY_CALIBRATION, 7)
            h4 = _signed(more[3], 8) << 4 | more[4] & 15
            h5 = _signed(more[5], 8) << 4 | more[4] >> 4
            self._humidity = (data[25], _word(more, 0, True), more[2], h4, h5, _signed(more[6], 8))

    def read(self):
        """Let it measure, and read when it has."""
        if self._calibration is None:
            self._setup()
        address = self.config["address"]
        if self._wet:
            self._bus.writeto_mem(address, _CONTROL_HUMIDITY, b"\x01")
        self._bus.writeto_mem(address, _CONTROL, bytes((_ONCE,)))
        self.module.after(_MEASURES_MS, self._collect)

    def answered(self):
        """Wait: only what is collected tells."""

    def failed(self, error):
        """Note it; it may have been without power, and begins anew."""
        self._calibration = None
        Reading.failed(self, error)

    def _collect(self):
        try:
            data = self._bus.readfrom_mem(self.config["address"], _DATA, 8 if self._wet else 6)
        except OSError as error:
            self.failed(error)
            return
        raw = data[3] << 12 | data[4] << 4 | data[5] >> 4
        fine = _fine(raw, self._calibration)
        self.show("temperature", (fine * 5 + 128 >> 8) / 100)
        self.show(
            "pressure", _pascal(data[0] << 12 | data[1] << 4 | data[2] >> 4, fine, self._calibration) / 100
        )
        if self._wet:
            self.show("humidity", _percent(data[6] << 8 | data[7], fine, self._humidity))
        Reading.answered(self)


def _fine(raw, c):
    """The temperature in 1/5120 degrees, as the other values need it."""
    first = ((raw >> 3) - (c[0] << 1)) * c[1] >> 11
    second = (raw >> 4) - c[0]
    return first + ((second * second >> 12) * c[2] >> 14)


def _pascal(raw, fine, c):
    """The pressure in Pa; with integers, for a float of 32 bits is not exact enough."""
    var1 = fine - 128000
    var2 = var1 * var1 * c[8] + (var1 * c[7] << 17) + (c[6] << 35)
    var1 = (var1 * var1 * c[5] >> 8) + (var1 * c[4] << 12)
    var1 = ((1 << 47) + var1) * c[3] >> 33
    if not var1:
        raise ValueError("its calibration can't be")
    p = (((1048576 - raw << 31) - var2) * 3125) // var1
    first = c[11] * (p >> 13) * (p >> 13) >> 25
    second = c[10] * p >> 19
    return ((p + first + second >> 8) + (c[9] << 4)) / 256


def _percent(raw, fine, h):
    """The relative humidity in per cent."""
    value = fine - 76800
    wet = ((raw << 14) - (h[3] << 20) - h[4] * value + 16384) >> 15
    dry = ((value * h[5] >> 10) * ((value * h[2] >> 11) + 32768) >> 10) + 2097152
    value = wet * (dry * h[1] + 8192 >> 14)
    value -= ((value >> 15) * (value >> 15) >> 7) * h[0] >> 4
    return min(max(value, 0), 419430400) / 4194304


def _word(data, at, signed):
    value = data[at] | data[at + 1] << 8
    return _signed(value, 16) if signed else value


def _signed(value, bits):
    return value - (1 << bits) if value >> (bits - 1) else value
