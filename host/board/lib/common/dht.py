"""dht, as in firmware: DHT11 and DHT22, whose values somebody outside sets."""

import _board


class DHT22:
    """A sensor of temperature and humidity, in tenths. OSError: it does not answer."""

    def __init__(self, pin):
        self._pin = pin

    def measure(self):
        """Read the sensor."""
        self._temperature, self._humidity = _board.ask("wires.dht", self._pin._id)

    def temperature(self):
        """Return degrees Celsius."""
        return round(self._temperature, 1)

    def humidity(self):
        """Return per cent."""
        return round(self._humidity, 1)


class DHT11(DHT22):
    """The same in whole figures."""

    def temperature(self):
        """Return degrees Celsius."""
        return int(self._temperature)

    def humidity(self):
        """Return per cent."""
        return int(self._humidity)
