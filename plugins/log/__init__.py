"""The log of the device: kept in memory, shown over the web, written to a file, sent to a syslog server."""

from .module import Log

__all__ = ("Log",)
__version__ = "1.0.0"
