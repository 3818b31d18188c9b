"""Interrupts of machine.Pin, and machine's switches for all of them."""

import _board


def irq(pin, handler=None, trigger=3, wake=None, hard=False):
    """Call `handler(pin)` at each edge in `trigger`; None ends that. Levels end a sleep instead."""
    pin._handler = handler
    pin._trigger = trigger
    pin._hard = hard
    if trigger >= 4:
        _board.ask("power.wake_on", pin._id, trigger - 4, wake)
    else:
        pin._level = _board.ask("pin.irq", pin._id, trigger if handler else 0)
    return Irq(pin)


class Irq:
    """The object that `Pin.irq` returns."""

    def __init__(self, pin):
        self._pin = pin

    def __call__(self):
        self._pin._handler(self._pin)

    def trigger(self, trigger=None):
        """Return the edges that the handler is called for, or set others."""
        old = self._pin._trigger
        if trigger is not None:
            irq(self._pin, self._pin._handler, trigger, hard=self._pin._hard)
        return old

    def flags(self):
        """Return the edge that the handler was last called for."""
        return 1 if self._pin._level else 2


def disable_irq():
    """Keep interrupts out until `enable_irq` gets what this returns."""
    state = not _board._delivering
    _board._delivering = True
    return state


def enable_irq(state=True):
    """Undo the `disable_irq` that returned `state`."""
    if state:
        _board._delivering = False
        _board.deliver()
