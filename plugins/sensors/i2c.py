"""I2C buses: devices on the same pins share one."""


def bus(module, config):
    """The bus on the pins of `config` (`sda`, `scl`, `hz`; `i2c`: the number of the board's own one, -1: any pins)."""
    from machine import I2C, Pin, SoftI2C

    key = (config["i2c"], config["sda"], config["scl"])
    if key not in module.buses:
        scl, sda = Pin(config["scl"]), Pin(config["sda"])
        if config["i2c"] < 0:
            module.buses[key] = SoftI2C(scl=scl, sda=sda, freq=config["hz"])
        else:
            module.buses[key] = I2C(config["i2c"], scl=scl, sda=sda, freq=config["hz"])
    return module.buses[key]
