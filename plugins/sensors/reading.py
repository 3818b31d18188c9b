"""Common part of all sensors: values at an interval, and patience with one that does not answer."""

_PATIENCE = 3  # readings in vain until the values are not known any more


class Reading:
    """A sensor; subclass it with `read`, which calls `show` or raises OSError or ValueError.

    quantities: (id, name, unit, device class) of each value; an empty id stands for the device's own.
    """

    quantities = ()

    def __init__(self, module, id, config):
        self.module = module
        self.id = id
        self.config = config
        self._vain = 0
        self.properties = {}
        for quantity in self.quantities:
            self.declare(*quantity)
        module.every(int(config["interval_s"] * 1000), self.measure)
        module.after(0, self.measure)

    def declare(self, id, name, unit, device_class):
        """Declare the property of a value."""
        config = self.config
        meta = {"name": "%s %s" % (config["name"], name.lower()) if "name" in config else name, "unit": unit}
        if device_class:
            meta["device_class"] = device_class
        if "icon" in config:
            meta["icon"] = config["icon"]
        full = self.id + "_" + id if id else self.id
        self.properties[id] = self.module.property(full, kind="sensor", **meta)

    def show(self, id, value):
        """Publish a value if it has changed, with its offset and as many digits as are wanted."""
        value = round(value + self.config["offsets"].get(id, 0), self.config["digits"])
        property = self.properties[id]
        if property.value != value:
            property.value = value

    def measure(self):
        """Read once."""
        try:
            self.read()
        except (OSError, ValueError) as error:
            self.failed(error)
        else:
            self.answered()

    def read(self):
        """Read the sensor and show its values, now or later."""

    def answered(self):
        """Note that it works."""
        if self._vain:
            self._vain = 0
            self.module.trouble(self.id, None)

    def failed(self, error):
        """Note that it did not answer; after some times its values are not known any more."""
        self._vain += 1
        if self._vain == _PATIENCE:
            self.module.trouble(self.id, "does not answer: %s" % error)
            for property in self.properties.values():
                if property.value is not None:
                    property.value = None

    def stop(self):
        """Nothing is to be done."""
