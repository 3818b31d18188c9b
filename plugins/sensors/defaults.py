"""The drivers: the file of each, and its keys with what holds when they are not there. None: it has to be there."""

RARE = True  # needed when the module starts

_EVERY = {"interval_s": 30, "digits": 1, "offsets": {}}
_I2C = {"i2c": -1, "sda": None, "scl": None, "hz": 100000}


def _with(*parts):
    found = {}
    for part in parts:
        found.update(part)
    return found


DEFAULTS = {
    "dht11": ("climate", _with(_EVERY, {"pin": None})),
    "dht22": ("climate", _with(_EVERY, {"pin": None})),
    "ds18b20": ("one_wire", _with(_EVERY, {"pin": None, "roms": {}})),
    "bme280": ("bosch", _with(_EVERY, _I2C, {"address": 0x76})),
    "bmp280": ("bosch", _with(_EVERY, _I2C, {"address": 0x76})),
    "bh1750": ("light", _with(_EVERY, _I2C, {"address": 0x23, "digits": 0})),
    "hcsr04": ("distance", _with(_EVERY, {"trigger": None, "echo": None, "max_cm": 400, "samples": 3})),
    "neopixel": ("strip", {"pin": None, "count": 1, "white": False, "color": "#ffffff", "value": 0}),
    "relays": (
        "relays",
        {"pins": None, "names": [], "invert": True, "kind": "switch", "value": False, "safe": False},
    ),
    "servo": (
        "servo",
        {
            "pin": None,
            "hz": 50,
            "min_us": 500,
            "max_us": 2500,
            "degrees": 180,
            "value": 90,
            "rest_ms": 0,
            "safe": None,
        },
    ),
}
