"""Facts that the device knows about itself, as properties."""

from .module import Sysinfo

__all__ = ("Sysinfo",)
__version__ = "1.0.0"
