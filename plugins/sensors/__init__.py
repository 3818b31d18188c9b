"""Sensors, relays, lamps and servos by configuration, through the drivers that MicroPython ships."""

from .module import Sensors as Sensors

__version__ = "1.0.0"
