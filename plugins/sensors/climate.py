"""DHT11 and DHT22: temperature and humidity on one pin, through MicroPython's driver `dht`."""

from machine import Pin

from .reading import Reading


class Device(Reading):
    """The sensors `<id>_temperature` and `<id>_humidity`. A reading holds up the device for 5 to 25 ms."""

    quantities = (
        ("temperature", "Temperature", "\u00b0C", "temperature"),
        ("humidity", "Humidity", "%", "humidity"),
    )

    def __init__(self, module, id, driver, config):
        import dht

        if config["interval_s"] < 2:
            raise ValueError("interval_s %s: a DHT takes 2 or more" % config["interval_s"])
        self._sensor = (dht.DHT11 if driver == "dht11" else dht.DHT22)(Pin(config["pin"]))
        Reading.__init__(self, module, id, config)

    def read(self):
        """Read both values; OSError or a checksum that is wrong (an Exception of its own) is a failure."""
        try:
            self._sensor.measure()
        except OSError:
            raise
        except Exception as error:  # MicroPython's driver raises a bare one
            raise ValueError(str(error))
        self.show("temperature", self._sensor.temperature())
        self.show("humidity", self._sensor.humidity())
