"""The prompt of the board over the network, as a module with a switch."""

from .module import Webrepl

__all__ = ("Webrepl",)
__version__ = "1.0.0"
