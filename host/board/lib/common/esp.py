"""esp: what boot.py of a fresh board calls."""


def osdebug(level, log=None):
    """There is no vendor's log here."""


def flash_size():
    """Return the bytes of flash."""
    return 4 * 1024 * 1024
