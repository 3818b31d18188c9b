"""The reason for which the board has started."""

RARE = True  # needed when the module starts

_NAMES = (
    ("PWRON_RESET", "power"),
    ("WDT_RESET", "watchdog"),
    ("DEEPSLEEP_RESET", "deepsleep"),
    ("SOFT_RESET", "soft"),
    ("HARD_RESET", "reset"),
)


def reset_cause():
    """One of power, reset, watchdog, deepsleep, soft; "other" for what has no name, "" where nobody knows."""
    try:
        import machine

        code = machine.reset_cause()
    except (ImportError, AttributeError):
        return ""
    for constant, name in _NAMES:
        # By name: the numbers differ from port to port.
        if getattr(machine, constant, None) == code:
            return name
    return "other"
