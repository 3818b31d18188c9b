"""Resets, watchdog, sleep and timers: all that goes on while the interpreter hangs or is off."""

TIMER = 84
_PWRON, _HARD, _WDT, _DEEPSLEEP, _SOFT = 1, 2, 3, 4, 5
CAUSES = {"power": _PWRON, "reset": _HARD, "watchdog": _WDT, "deepsleep": _DEEPSLEEP, "soft": _SOFT}
_BY_PIN, _BY_PINS, _BY_TIMER = 2, 3, 4
_MAX_BEHIND = 8  # ticks of a timer that may wait for a busy interpreter


class Later:
    """The return value of a request whose answer comes later: by `done(value)`, or `fail(error)`."""

    def __init__(self):
        self.done = self.fail = _nothing


class Power:
    """The board's last start, and what makes it start again."""

    def __init__(self, world):
        self._world = world
        self.restart = _nothing  # (cause, ms): the interpreter goes, and comes back after ms (None: at a pin)
        self.soft = _nothing  # (): it ends by itself and starts again
        self.id = "246f28a1b2c3"
        self.temperature = 41.5
        self.cause = _PWRON
        self.woken_by = 0
        self.asleep = None  # None, "light" or "deep"
        self._clock_hz = 160000000
        self._timers = {}
        self._watchdog = None
        self._timeout = 0
        self._wake = {}  # pin number -> (level, code)
        self._waiting = None

    def boot(self):
        """No timer, no watchdog."""
        for entry in self._timers.values():
            self._world.cancel(entry[0])
        self._timers = {}
        self._world.cancel(self._watchdog)
        self._watchdog = None
        if self.asleep != "deep":
            self._wake = {}
            self._waiting = None
            self.asleep = None

    def starts(self, cause):
        """Note why the interpreter starts: a word of CAUSES."""
        self.asleep = None
        self.cause = CAUSES[cause]
        if cause != "deepsleep":
            self.woken_by = 0

    # asked by the interpreter

    def on_reset(self):
        """Start again at once."""
        self.restart("reset", 0)
        return Later()  # who asked this hears nothing any more

    def on_soft_reset(self):
        """Note that the interpreter ends to start again."""
        self.soft()

    def on_reset_cause(self):
        """Return the code of the last start."""
        return self.cause

    def on_wake_reason(self):
        """Return the code of what ended the last sleep."""
        return self.woken_by

    def on_unique_id(self):
        """Return the board's number, in hexadecimal figures."""
        return self.id

    def on_temperature(self):
        """Return the temperature of the chip in degrees Celsius."""
        return self.temperature

    def on_freq(self, hz):
        """Return or set the clock of the processor."""
        if hz is None:
            return self._clock_hz
        if hz not in (20000000, 40000000, 80000000, 160000000, 240000000):
            raise ValueError("frequency must be 20MHz, 40MHz, 80Mhz, 160MHz or 240MHz")
        self._clock_hz = hz

    def on_watchdog(self, timeout):
        """Start the watchdog, or give it another timeout."""
        if timeout <= 0:
            raise ValueError("WDT timeout too short")
        self._timeout = timeout
        self.feed(True)

    def feed(self, start=False):
        """Put the watchdog's reset off."""
        if start or self._watchdog:
            self._world.cancel(self._watchdog)
            self._watchdog = self._world.after(self._timeout, self._bite)

    def _bite(self):
        self._watchdog = None
        self._world.changed("power", "watchdog", "not fed for %d ms" % self._timeout)
        self.restart("watchdog", 0)

    def on_timer(self, id, mode, period):
        """Start timer `id`: mode 0 once, 1 periodic, `period` in ms; 0 stops it."""
        if id in self._timers:
            self._world.cancel(self._timers.pop(id)[0])
        if period > 0:
            self._timers[id] = [self._world.after(period, self._due, id), mode, period]

    def _due(self, id):
        timer = self._timers[id]
        if timer[1]:
            late = self._world.now() - timer[0][0]
            # Hardware drops ticks that nobody serves, too.
            step = timer[2] if late < _MAX_BEHIND * timer[2] else late + timer[2]
            timer[0] = self._world.after(step - late, self._due, id)
        else:
            del self._timers[id]
        self._world.interrupt(TIMER, id, 0)

    # sleep

    def on_wake_on(self, number, level, types):
        """Let a pin end the sleep; None: no pin."""
        self._wake = {} if number is None else {number: (level, _BY_PIN)}

    def on_wake_on_ext1(self, numbers, level):
        """Let any of these pins end the sleep."""
        self._wake = {number: (level, _BY_PINS) for number in numbers}

    def on_lightsleep(self, ms):
        """Answer when the sleep is over."""
        self._waiting = Later()
        self.asleep = "light"
        if ms:
            self._world.after(ms, self._woken, self._waiting, _BY_TIMER)
        self._look_at_pins()
        return self._waiting

    def on_deepsleep(self, ms):
        """Cut the interpreter off, and start it when the sleep is over."""
        self.asleep = "deep"
        self._waiting = Later()
        self._world.changed("power", "sleep", "%d ms" % ms if ms else "until a pin wakes it")
        if ms:
            self._world.after(ms, self._woken, self._waiting, _BY_TIMER)
        self._look_at_pins()
        if self.asleep:
            self.restart("deepsleep", None)
        return Later()

    def _look_at_pins(self):
        for number in self._wake:
            self.pin_changed(self._world.pins[number])

    def pin_changed(self, pin):
        """Wake the board if it sleeps and waits for this."""
        wake = self._wake.get(pin.number)
        if self.asleep and wake and pin.level() == wake[0]:
            self._woken(self._waiting, wake[1])

    def _woken(self, sleep, code):
        if sleep is not self._waiting or not self.asleep:
            return
        deep = self.asleep == "deep"
        self.asleep = None
        self.woken_by = code
        if deep:
            self.restart("deepsleep", 0)
        else:
            sleep.done(None)


def _nothing(*args):
    pass
