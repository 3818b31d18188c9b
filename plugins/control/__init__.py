"""Commands for the device: memory, log level, pins; and, as far as allowed, restart, reset, exit, break."""

from .module import Control

__all__ = ("Control",)
__version__ = "1.0.0"
