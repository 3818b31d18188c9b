"""An input: a debounced binary sensor that tells press, release, click, double click and long press."""

from modcore.events import Events

from .debounce import Debounce
from .press import Press


class Part:
    """The property `<module>/<id>` and the events `<module>/<id>/event`."""

    def __init__(self, module, id, config, meta):
        from .pins import input_pin

        self.module = module
        self.events = {}
        for name in ("press", "release", "click", "double", "long", "change"):
            if config["on_" + name]:
                self.events[name] = Events(module, config["on_" + name])
        self.input = Debounce(input_pin(config), config["debounce_ms"], config["invert"])
        self.on = bool(self.input.stable)
        self.press = Press(config["long_ms"], config["double_ms"], self.happens)
        self.property = module.property(id, kind="binary_sensor", value=self.on, **meta)
        self.said = Events(module, self.property.topic + "/event")

    def happens(self, name):
        """Tell of an event by its name."""
        self.said.fire(name)
        events = self.events.get(name)
        if events:
            events.fire(name != "release")

    def turn(self):
        """Take in what the interrupt has seen; returns the ms until something may be due, or None."""
        while True:
            tick = self.input.take()
            if tick is None:
                break
            self.on = not self.on
            self.property.value = self.on
            if self.on:
                self.press.pressed(tick)
            else:
                self.press.released(tick)
            if "change" in self.events:
                self.events["change"].fire(self.on)
        settles = self.input.left_ms()
        waits = self.press.turn()
        if settles is None or waits is None:
            return waits if settles is None else settles
        return min(settles, waits)

    def stop(self):
        """End the interrupt."""
        self.input.stop()
