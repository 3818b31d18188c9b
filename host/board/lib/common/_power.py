"""machine's resets and the board's identity."""

from binascii import unhexlify

import _board

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5


def reset():
    """Start the board again, as its button would."""
    _board.ask("power.reset")  # to which there is no answer


def soft_reset():
    """Start the interpreter again."""
    _board.ask("power.soft_reset")
    raise SystemExit


def reset_cause():
    """Return why the board started: one of the constants `…_RESET`."""
    return _board.ask("power.reset_cause")


def unique_id():
    """Return the 6 bytes that tell this board from others."""
    return unhexlify(_board.ask("power.unique_id"))
