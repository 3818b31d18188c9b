"""Installs, updates and removes plugins while the device runs: over the bus, HTTP and MQTT."""

from .module import Plugins as Plugins
