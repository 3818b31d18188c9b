"""machine's sleep, what ends it, and the clock of the processor."""

import _board

SLEEP = 2
DEEPSLEEP = 4

PIN_WAKE = EXT0_WAKE = 2
EXT1_WAKE = 3
TIMER_WAKE = 4
TOUCHPAD_WAKE = 5
ULP_WAKE = 6


def wake_reason():
    """Return what ended the last sleep: 0, or one of the constants `…_WAKE`."""
    return _board.ask("power.wake_reason")


def lightsleep(time_ms=0):
    """Sleep for `time_ms` (without: until a pin wakes the board) and go on after this call."""
    _board.ask("power.lightsleep", time_ms)


sleep = lightsleep


def deepsleep(time_ms=0):
    """Sleep for `time_ms` (without: until a pin wakes the board) and start anew."""
    _board.ask("power.deepsleep", time_ms)  # to which there is no answer


def freq(hz=None):
    """Return or set the clock of the processor, in Hz."""
    return _board.ask("power.freq", hz)


def idle():
    """Let waiting interrupts in."""
    _board.deliver()
