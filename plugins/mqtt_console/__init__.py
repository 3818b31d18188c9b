"""mqtt_console: log, last crash, prompt and updates over the connection to the broker."""

from .module import MqttConsole as MqttConsole
