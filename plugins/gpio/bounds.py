"""Bounds: says when a value leaves its range and when it is back."""

from modcore.events import Events


class Bounds:
    """Keeps `<module>/<id>_state`: low, normal or high; fires `on_low`, `on_high`, `on_normal` with the value.

    config: `min`, `max` (null: no bound) and `hysteresis`, by how far inside the value has to be to be normal again.
    """

    def __init__(self, module, id, config):
        self.low = config["min"]
        self.high = config["max"]
        self.hysteresis = config["hysteresis"]
        self.state = "normal"
        self.property = None
        if self.low is None and self.high is None:
            return
        self.events = {name: Events(module, config["on_" + name]) for name in ("low", "normal", "high")}
        self.property = module.property(id + "_state", kind="sensor", value=self.state)

    def check(self, value):
        """Compare a new value."""
        if not self.property:
            return
        # Outside already, it is to come back by the hysteresis.
        low = self.low is not None and value < self.low + (self.hysteresis if self.state == "low" else 0)
        high = self.high is not None and value > self.high - (self.hysteresis if self.state == "high" else 0)
        state = "low" if low else "high" if high else "normal"
        if state != self.state:
            self.state = state
            self.property.value = state
            self.events[state].fire(value)
