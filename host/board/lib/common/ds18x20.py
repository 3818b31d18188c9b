"""ds18x20, as in firmware: sensors on one wire, whose temperatures somebody outside sets."""

import _board


class DS18X20:
    """All sensors on a wire. OSError: one does not answer."""

    def __init__(self, onewire):
        self._pin = onewire.pin._id

    def scan(self):
        """Return the numbers of the sensors, 8 bytes each."""
        found = _board.ask("wires.roms", self._pin)
        return [bytearray([int(rom[i : i + 2], 16) for i in range(0, 16, 2)]) for rom in found]

    def convert_temp(self):
        """Let all of them measure; that takes 750 ms."""
        _board.ask("wires.convert", self._pin)

    def read_temp(self, rom):
        """Return degrees Celsius."""
        return _board.ask("wires.ds18b20", self._pin, "".join(["%02x" % octet for octet in rom]))
