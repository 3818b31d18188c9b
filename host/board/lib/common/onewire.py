"""onewire, as in firmware; only what ds18x20 needs of it."""


class OneWire:
    """A wire with sensors on it."""

    def __init__(self, pin):
        self.pin = pin
