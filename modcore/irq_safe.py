"""Counters and flags that a hard interrupt may touch: they allocate nothing."""

_SMALL = (1 << 29) - 1  # the next number, too, is one that a 32-bit board keeps without the heap


class Counter:
    """Counts calls; give `hit` to `Pin.irq(hard=True)` and read `value` from the loop.

    pulses = Counter()
    Pin(5).irq(pulses.hit, hard=True)
    """

    def __init__(self):
        self.value = 0
        self.hit = self._hit  # a bound method made here, not in the interrupt

    def _hit(self, source=None):
        self.value = (self.value + 1) & _SMALL

    def since(self, before):
        """Return how many hits came after `value` was `before`, over the wrap too."""
        return (self.value - before) & _SMALL


class Flag:
    """Set by an interrupt, tested and cleared by the loop."""

    def __init__(self):
        self.value = False
        self.set = self._set

    def _set(self, source=None):
        self.value = True

    def take(self):
        """Tell whether it was set since the last call; clears it."""
        if self.value:  # an interrupt between these two lines is the same event
            self.value = False
            return True
        return False


class _Lock:
    """Stands in for a lock on a port without threads, where only callbacks of micropython.schedule cut in."""

    held = False

    def acquire(self, wait=True):
        """Take it; False when it is held."""
        if self.held:
            return False
        self.held = True
        return True

    def release(self):
        """Give it back."""
        self.held = False

    def locked(self):
        """Tell whether it is held."""
        return self.held
