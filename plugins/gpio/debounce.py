"""Debounce: an input whose edges are filtered in the interrupt, so that no press is lost while the loop is busy."""

from array import array

from machine import Pin, disable_irq, enable_irq

from modcore.ticks import ticks_diff, ticks_ms

_ROOM = 16  # changes that wait for the loop; a power of two


class Debounce:
    """Takes a level for real when it has lasted `settle_ms`; the tick of its first edge is kept.

    stable: the level, 0 or 1, exchanged with `invert`. A press that is over before the loop comes round is
    noticed all the same: the edge that ends it proves how long it lasted.
    """

    def __init__(self, pin, settle_ms, invert):
        from .pins import interrupt

        self.pin = pin
        self.settle_ms = settle_ms
        self.invert = 1 if invert else 0
        self.raw = self.stable = pin.value() ^ self.invert
        self.edge = ticks_ms()  # of `raw`
        # Changes of `stable`, one after the other: a tick says it all, for they go to and fro.
        self.ticks = array("i", [0] * _ROOM)
        self.first = 0
        self.count = 0
        self.handler = self._edge  # the bound method is made here, not in the interrupt
        interrupt(pin, self.handler, Pin.IRQ_RISING | Pin.IRQ_FALLING)

    def _edge(self, pin):
        # In a hard interrupt: nothing here takes memory.
        level = self.pin.value() ^ self.invert
        now = ticks_ms()
        if self.raw != self.stable and ticks_diff(now, self.edge) >= self.settle_ms:
            self._settle()
        if level != self.raw or self.raw != self.stable:  # two edges at once are a bounce too
            self.raw = level
            self.edge = now

    def _settle(self):
        self.stable = self.raw
        if self.count < _ROOM:
            self.ticks[(self.first + self.count) & (_ROOM - 1)] = self.edge
            self.count += 1
        else:  # together with the one before it changes nothing
            self.count -= 1

    def take(self):
        """The tick of the next change of the level, or None when there is none."""
        state = disable_irq()
        # An edge that the port has dropped, with more of them than it can queue, is found here.
        if self.pin.value() ^ self.invert != self.raw:
            self._edge(self.pin)
        if self.raw != self.stable and ticks_diff(ticks_ms(), self.edge) >= self.settle_ms:
            self._settle()
        tick = None
        if self.count:
            tick = self.ticks[self.first]
            self.first = (self.first + 1) & (_ROOM - 1)
            self.count -= 1
        enable_irq(state)
        return tick

    def left_ms(self):
        """Return how long the level has still to last, or None when nothing is under way."""
        if self.raw == self.stable:
            return None
        return max(1, self.settle_ms - ticks_diff(ticks_ms(), self.edge))

    def stop(self):
        """End the interrupt."""
        self.pin.irq(handler=None)
