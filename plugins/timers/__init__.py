"""Intervals, delays and alarms, from the configuration alone or from a program."""

from .module import Timers

__all__ = ("Timers",)
__version__ = "1.0.0"
