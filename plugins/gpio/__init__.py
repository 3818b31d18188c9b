"""Pins declared in the configuration: outputs, buttons, PWM, ADC and pulse counters as properties and events."""

from .module import Gpio

__all__ = ("Gpio",)
__version__ = "1.0.0"
