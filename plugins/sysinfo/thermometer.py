"""The thermometer in the chip."""

import sys

RARE = True  # needed when the module starts


def thermometer():
    """A function that gives the temperature of the chip in degrees Celsius, or None."""
    try:
        import esp32
    except ImportError:
        return _rp2()
    if hasattr(esp32, "mcu_temperature"):
        return esp32.mcu_temperature
    if hasattr(esp32, "raw_temperature"):
        return lambda: round((esp32.raw_temperature() - 32) / 1.8, 1)


def _rp2():
    if sys.platform != "rp2":
        return None
    from machine import ADC

    sensor = ADC(4)
    # RP2040 datasheet section 4.9.5.
    return lambda: round(27 - (sensor.read_u16() * 3.3 / 65535 - 0.706) / 0.001721, 1)
