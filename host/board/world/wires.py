"""Things on the wires of a board: sensors whose values somebody outside sets, and lamps that are looked at.

world.wires.dht[4] = (21.5, 40)                     # °C, % of humidity
world.wires.ds18b20[5] = {"28ff641e8116036c": 18.5}  # by their numbers on one wire
world.wires.i2c[0x76] = Bme280(21.5, 45, 1013.2)
world.wires.distance[14] = 120                      # cm, by the pin of the echo
world.wires.pixels.get(16)                          # what was written to a strip, as bytes
"""

_ETIMEDOUT = 116
_ENODEV = 19
_CONVERT_MS = 750
_US_PER_CM = 58.2  # there and back, at 20 °C


class Wires:
    """All of it; what is not there does not answer."""

    def __init__(self, world):
        self._world = world
        self.dht = {}
        self.ds18b20 = {}
        self.i2c = {}
        self.distance = {}
        self.pixels = {}
        self._converted = {}  # pin -> ms at which the last conversion began

    def on_dht(self, pin):
        """Return (temperature, humidity)."""
        if pin not in self.dht:
            raise OSError(_ETIMEDOUT)
        return list(self.dht[pin])

    def on_roms(self, pin):
        """Return the numbers of the sensors on a wire."""
        return sorted(self.ds18b20.get(pin, ()))

    def on_convert(self, pin):
        """Let all sensors on a wire measure, which takes them a while."""
        self._converted[pin] = self._world.now()

    def on_ds18b20(self, pin, rom):
        """Return a temperature; 85 as long as the sensor has not done measuring."""
        found = self.ds18b20.get(pin, {}).get(rom)
        if found is None:
            raise OSError(_ETIMEDOUT)
        begun = self._converted.get(pin)
        return 85.0 if begun is None or self._world.now() - begun < _CONVERT_MS else found

    def on_scan(self):
        """Return the addresses of what is on the I2C bus."""
        return sorted(self.i2c)

    def on_write(self, address, data):
        """Write hexadecimal figures to an address of the I2C bus."""
        self._on_bus(address).write(bytes([int(data[i : i + 2], 16) for i in range(0, len(data), 2)]))

    def on_read(self, address, count):
        """Return `count` bytes from an address of the I2C bus, in hexadecimal figures."""
        return "".join(["%02x" % octet for octet in self._on_bus(address).read(count)])

    def _on_bus(self, address):
        if address not in self.i2c:
            raise OSError(_ENODEV)
        return self.i2c[address]

    def on_pulse(self, pin, timeout_us):
        """Return the length of the echo in microseconds, -1 when none comes."""
        cm = self.distance.get(pin)
        us = -1 if cm is None else int(cm * _US_PER_CM)
        return us if us <= timeout_us else -1

    def on_pixels(self, pin, data):
        """Light up a strip."""
        self.pixels[pin] = bytes([int(data[i : i + 2], 16) for i in range(0, len(data), 2)])
        self._world.changed("pixels", pin, data)
