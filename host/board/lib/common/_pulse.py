"""machine.time_pulse_us: the echo is the board's."""

import _board


def time_pulse_us(pin, pulse_level, timeout_us=1000000):
    """Return the length of the next pulse in microseconds; -1, -2: none came in time."""
    return _board.ask("wires.pulse", pin._id, timeout_us)
