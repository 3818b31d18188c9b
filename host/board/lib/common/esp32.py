"""esp32: wake-up pins, temperature, and the flash's key-value store."""

from binascii import hexlify, unhexlify

import _board

WAKEUP_ALL_LOW = False
WAKEUP_ANY_HIGH = True


def wake_on_ext0(pin=None, level=None):
    """Let `pin` end a sleep as soon as it has `level`; None ends that."""
    _board.ask("power.wake_on", None if pin is None else pin._id, 1 if level else 0, None)


def wake_on_ext1(pins=None, level=None):
    """Let any of `pins` end a sleep."""
    _board.ask("power.wake_on_ext1", [pin._id for pin in pins or ()], 1 if level else 0)


def raw_temperature():
    """Return the temperature of the chip in degrees Fahrenheit."""
    return round(_board.ask("power.temperature") * 1.8 + 32)


def mcu_temperature():
    """Return the temperature of the chip in degrees Celsius."""
    return round(_board.ask("power.temperature"))


class NVS:
    """A namespace of keys in flash."""

    def __init__(self, namespace):
        self._namespace = namespace

    def set_i32(self, key, value):
        """Keep an integer."""
        _board.ask("card.nvs_set", self._namespace, key, value)

    def get_i32(self, key):
        """Return an integer. OSError: there is none."""
        return _board.ask("card.nvs_get", self._namespace, key)

    def set_blob(self, key, value):
        """Keep bytes."""
        value = value.encode() if isinstance(value, str) else value
        _board.ask("card.nvs_set", self._namespace, key, hexlify(value).decode())

    def get_blob(self, key, buffer):
        """Read bytes into `buffer` and return how many. OSError: there are none."""
        value = unhexlify(_board.ask("card.nvs_get", self._namespace, key))
        buffer[: len(value)] = value
        return len(value)

    def erase_key(self, key):
        """Forget a key. OSError: there is none."""
        _board.ask("card.nvs_set", self._namespace, key, None)

    def commit(self):
        """All is kept at once here."""
