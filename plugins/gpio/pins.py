"""Making pins of the words of a configuration."""

from machine import Pin

RARE = True  # needed when the module starts


def input_pin(config):
    """An input with the pull resistor of `config`: `pull` is "up", "down" or empty. ValueError: neither."""
    pull = config["pull"]
    if pull not in ("", "up", "down"):
        raise ValueError("pull %r: takes up or down" % pull)
    pull = Pin.PULL_UP if pull == "up" else Pin.PULL_DOWN if pull else None
    return Pin(config["pin"], Pin.IN, pull)


def interrupt(pin, handler, trigger):
    """Have `handler(pin)` called at edges, in a hard interrupt where the port has one."""
    try:
        pin.irq(handler=handler, trigger=trigger, hard=True)
    except TypeError:  # ESP32 and ESP8266 know soft ones only
        pin.irq(handler=handler, trigger=trigger)
