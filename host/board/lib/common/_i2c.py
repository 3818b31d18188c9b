"""machine.I2C and machine.SoftI2C: the bus is the board's, whichever pins it is on."""

import _board
import machine


class I2C:
    """An I2C bus; OSError: nobody answers at that address."""

    def __init__(self, id=-1, scl=None, sda=None, freq=400000, timeout=50000):
        for pin in (scl, sda):
            if pin is not None:
                machine.Pin(pin)

    def scan(self):
        """Return the addresses that answer."""
        return _board.ask("wires.scan")

    def writeto(self, addr, buf, stop=True):
        """Write bytes; returns how many were acknowledged."""
        _board.ask("wires.write", addr, "".join(["%02x" % octet for octet in bytes(buf)]))
        return len(buf)

    def readfrom(self, addr, nbytes, stop=True):
        """Read bytes."""
        text = _board.ask("wires.read", addr, nbytes)
        return bytes([int(text[i : i + 2], 16) for i in range(0, len(text), 2)])

    def readfrom_mem(self, addr, memaddr, nbytes):
        """Read bytes from a register on."""
        self.writeto(addr, bytes((memaddr,)), False)
        return self.readfrom(addr, nbytes)

    def readfrom_mem_into(self, addr, memaddr, buf):
        """Fill a buffer from a register on."""
        buf[:] = self.readfrom_mem(addr, memaddr, len(buf))

    def writeto_mem(self, addr, memaddr, buf):
        """Write bytes from a register on."""
        self.writeto(addr, bytes((memaddr,)) + bytes(buf))


class SoftI2C(I2C):
    """The same on any pins, without a number."""

    def __init__(self, scl, sda, freq=400000, timeout=50000):
        super().__init__(-1, scl, sda, freq, timeout)
