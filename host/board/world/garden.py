"""A garden around a board: water flows when a valve opens, the meter counts it, pipes burst, rain falls, time flies."""

_TURN_MS = 1000
_RATE_L_MIN = 9.0  # of one valve
_BURST_L_MIN = 90.0
_WET = 0  # the level of the rain sensor


class Garden:
    """A garden, on which the valves of a watering device act.

    valves: GPIO of each; meter: that of the flow meter with `ratio` litres an edge, or None; rain: that of the sensor.

        garden = Garden(world, [4, 27], meter=35, ratio=0.01, rain=32)
        garden.burst = True
    """

    def __init__(self, world, valves, meter=None, ratio=0.01, rain=None):
        self._world = world
        self._valves = valves
        self._meter = meter
        self._ratio = ratio
        self._rain = rain
        self._left = 0.0  # edges that were not whole yet
        self.burst = False  # the main pipe
        self.blocked = False  # the tap is closed
        self.speed = 1  # of the clock
        self.litres = 0.0
        self.let_it_rain(False)
        world.after(_TURN_MS, self._turn)

    def let_it_rain(self, on):
        """Make the rain sensor wet, or let it dry."""
        self.rain = on
        if self._rain is not None:
            self._world.pins.drive(self._rain, _WET if on else 1 - _WET)

    def rate(self):
        """Litres a minute that flow now."""
        if self.blocked:
            return 0.0
        open_now = len([pin for pin in self._valves if self._world.pins[pin].level()])
        return _RATE_L_MIN * open_now + (_BURST_L_MIN if self.burst else 0)

    def _turn(self):
        litres = self.rate() * _TURN_MS / 60000
        self.litres += litres
        if self._meter is not None and litres:
            edges = litres / self._ratio + self._left
            pulses = int(edges / 2)
            self._left = edges - 2 * pulses
            if pulses:
                self._world.pins.pulse(self._meter, pulses, pulses * 1000 / _TURN_MS)
        if self.speed > 1:
            self._world.clock.jump((self.speed - 1) * _TURN_MS // 1000)
        self._world.after(_TURN_MS, self._turn)
