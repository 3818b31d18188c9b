"""The hardware watchdog, fed only while the device does what it has to."""

from .module import Watchdog

__all__ = ("Watchdog",)
__version__ = "1.0.0"
