"""The SD card as part of the file system: mounted with the module, gone when it is pulled out."""

from .module import Sdcard

__all__ = ("Sdcard",)
__version__ = "1.0.0"
