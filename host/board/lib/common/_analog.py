"""machine.ADC and machine.PWM: the voltages are the board's."""

import _board
import machine


class ADC:
    """The voltage at a pin, as an ESP32 measures it."""

    ATTN_0DB = 0
    ATTN_2_5DB = 1
    ATTN_6DB = 2
    ATTN_11DB = 3
    WIDTH_9BIT = 9
    WIDTH_10BIT = 10
    WIDTH_11BIT = 11
    WIDTH_12BIT = 12

    def __init__(self, pin, atten=0):
        self._id = machine.Pin(pin)._id
        self._width = 12
        self._atten = atten
        _board.ask("pin.analog", self._id)

    def init(self, atten=0):
        """Set the attenuation, and so the range."""
        self._atten = atten

    atten = init

    def width(self, bits):
        """Set how many bits `read` returns."""
        self._width = bits

    def read_uv(self):
        """Return microvolts."""
        return _board.ask("pin.microvolts", self._id, self._atten)

    def read_u16(self):
        """Return 0 to 65535 over the range of the attenuation."""
        return _board.ask("pin.u16", self._id, self._atten)

    def read(self):
        """Return as many bits as `width` says, 12 without."""
        return self.read_u16() >> (16 - self._width)


class PWM:
    """A square wave on a pin; the board knows frequency and duty, and shows them."""

    def __init__(self, dest, freq=None, duty=None, duty_u16=None, duty_ns=None, invert=None):
        self._id = machine.Pin(dest)._id
        self._freq = 5000
        self._duty = 32768
        self.init(freq, duty, duty_u16, duty_ns)

    def init(self, freq=None, duty=None, duty_u16=None, duty_ns=None):
        """Change what is given, frequency in Hz, one of the duties."""
        if freq is not None:
            if not 1 <= freq <= 40000000:
                raise ValueError("frequency must be from 1Hz to 40MHz")
            self._freq = freq
        if duty is not None:
            duty_u16 = min(duty << 6, 65535)
        if duty_ns is not None:
            duty_u16 = duty_ns * self._freq * 65535 // 1000000000
        if duty_u16 is not None:
            if not 0 <= duty_u16 <= 65535:
                raise ValueError("duty_u16 must be from 0 to 65535")
            self._duty = duty_u16
        _board.ask("pin.pwm", self._id, self._freq, self._duty)

    def freq(self, value=None):
        """Return or set the frequency in Hz."""
        if value is None:
            return self._freq
        self.init(freq=value)

    def duty(self, value=None):
        """Return or set the duty, 0 to 1023."""
        if value is None:
            return self._duty >> 6
        self.init(duty=value)

    def duty_u16(self, value=None):
        """Return or set the duty, 0 to 65535."""
        if value is None:
            return self._duty
        self.init(duty_u16=value)

    def duty_ns(self, value=None):
        """Return or set the length of a pulse in nanoseconds."""
        if value is None:
            return self._duty * 1000000000 // (65535 * self._freq)
        self.init(duty_ns=value)

    def deinit(self):
        """Give the pin back."""
        _board.ask("pin.pwm", self._id, 0, 0)
