"""homeassistant: tells Home Assistant about every property of the device, by MQTT discovery."""

from .module import Homeassistant as Homeassistant
