"""mqtt: shows the bus on an MQTT broker, and brings the broker's commands to the bus."""

from .bridge import Mqtt as Mqtt
