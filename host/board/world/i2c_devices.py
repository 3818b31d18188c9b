"""Stand-ins for devices on an I2C bus, each with values that can be set at any time."""


class Bh1750:
    """A light sensor; `lux` is what falls on it. Source: BH1750FVI data sheet, Instruction Set Architecture."""

    def __init__(self, lux):
        self.lux = lux
        self._mode = 0

    def write(self, data):
        """Take a command."""
        self._mode = data[0]

    def read(self, count):
        """Return the last measurement; nothing was measured before the first command."""
        raw = min(int(self.lux * 1.2), 65535) if self._mode & 0x30 else 0
        return bytes((raw >> 8, raw & 255))[:count]


class Bme280:
    """A sensor of temperature (°C), humidity (%) and pressure (hPa); without humidity it is a BMP280.

    Source: Bosch BME280 data sheet 1.6, sections 4.2.3 and 5.3.
    """

    _T = (27504, 26435, -1000)
    _P = (36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
    _H = (75, 362, 0, 313, 50, 30)

    def __init__(self, temperature, humidity, pressure):
        self.temperature = temperature
        self.humidity = humidity
        self.pressure = pressure
        self._at = 0
        self.measures = 0  # how often it was told to measure
        self._registers = bytearray(256)
        self._registers[0xD0] = 0x58 if humidity is None else 0x60
        for i, value in enumerate(self._T + self._P):
            self._put(0x88 + 2 * i, value)
        h1, h2, h3, h4, h5, h6 = self._H
        self._registers[0xA1] = h1
        self._put(0xE1, h2)
        self._registers[0xE3:0xE8] = bytes((h3, h4 >> 4, h4 & 15 | (h5 & 15) << 4, h5 >> 4, h6))

    def _put(self, at, value):
        self._registers[at] = value & 255
        self._registers[at + 1] = value >> 8 & 255

    def write(self, data):
        """Take the address of a register, and what is to be written from there on."""
        self._at = data[0]
        for octet in data[1:]:
            if self._at == 0xF4 and octet & 3:
                self._measure()
                octet &= 0xFC  # asleep again
            self._registers[self._at] = octet
            self._at += 1

    def read(self, count):
        """Return the registers from the address on."""
        found = bytes(self._registers[self._at : self._at + count])
        self._at += count
        return found

    def _measure(self):
        self.measures += 1
        raw = _search(self._celsius, self.temperature, 1 << 20, True)
        fine = self._fine(raw)
        pressure = _search(lambda p: self._pascal(p, fine), self.pressure * 100, 1 << 20, False)
        for at, value in ((0xF7, pressure), (0xFA, raw)):
            self._registers[at : at + 3] = bytes((value >> 12, value >> 4 & 255, (value & 15) << 4))
        if self.humidity is not None:
            value = _search(lambda h: self._percent(h, fine), self.humidity, 1 << 16, True)
            self._registers[0xFD:0xFF] = bytes((value >> 8, value & 255))

    def _fine(self, raw):
        t1, t2, t3 = self._T
        return (raw / 16384 - t1 / 1024) * t2 + (raw / 131072 - t1 / 8192) ** 2 * t3

    def _celsius(self, raw):
        return self._fine(raw) / 5120

    def _pascal(self, raw, fine):
        p1, p2, p3, p4, p5, p6, p7, p8, p9 = self._P
        var1 = fine / 2 - 64000
        var2 = (var1 * var1 * p6 / 32768 + var1 * p5 * 2) / 4 + p4 * 65536
        var1 = (1 + (p3 * var1 * var1 / 524288 + p2 * var1) / 524288 / 32768) * p1
        p = (1048576 - raw - var2 / 4096) * 6250 / var1
        return p + (p9 * p * p / 2147483648 + p * p8 / 32768 + p7) / 16

    def _percent(self, raw, fine):
        h1, h2, h3, h4, h5, h6 = self._H
        h = fine - 76800
        scale = h2 / 65536 * (1 + h6 / 67108864 * h * (1 + h3 / 67108864 * h))
        h = (raw - (h4 * 64 + h5 / 16384 * h)) * scale
        return h * (1 - h1 * h / 524288)


def _search(function, wanted, end, rising):
    """The raw figure from 0 to `end` for which `function` comes nearest to `wanted`."""
    low, high = 0, end - 1
    while low < high:
        middle = (low + high) // 2
        if (function(middle) < wanted) == rising:
            low = middle + 1
        else:
            high = middle
    return low
