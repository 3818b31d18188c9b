"""neopixel, as in firmware: a strip of lamps that somebody outside looks at."""

import _board


class NeoPixel:
    """`n` lamps, each a tuple of `bpp` figures from 0 to 255: red, green, blue (and white)."""

    ORDER = (1, 0, 2, 3)  # in which the figures go to the strip

    def __init__(self, pin, n, bpp=3, timing=1):
        self.pin = pin
        self.n = n
        self.bpp = bpp
        self.buf = bytearray(n * bpp)

    def __len__(self):
        return self.n

    def __setitem__(self, i, value):
        for c in range(self.bpp):
            self.buf[i * self.bpp + self.ORDER[c]] = value[c]

    def __getitem__(self, i):
        return tuple([self.buf[i * self.bpp + self.ORDER[c]] for c in range(self.bpp)])

    def fill(self, value):
        """Set all lamps."""
        for i in range(self.n):
            self[i] = value

    def write(self):
        """Show what was set."""
        _board.ask("wires.pixels", self.pin._id, "".join(["%02x" % octet for octet in self.buf]))
