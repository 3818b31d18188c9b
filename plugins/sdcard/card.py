"""Making the block device of the card: the port's own driver, or that of the MicroPython library over SPI."""

RARE = True  # needed when a card comes or goes


def open_card(slot, pins, spi):
    """The block device. pins: {"sck": 14, "mosi": 15, "miso": 2, "cs": 13}, empty: those of the slot.

    spi: number of the SPI bus for the library's driver, None: the port's own. OSError: no card, or it does not answer.
    ImportError: no driver.
    """
    import machine

    if spi is None:
        if not hasattr(machine, "SDCard"):
            raise ImportError("no SDCard in machine: set spi and pins")
        return machine.SDCard(slot=slot, **{name: machine.Pin(pins[name]) for name in pins})
    from sdcard import SDCard

    wires = {name: machine.Pin(pins[name]) for name in ("sck", "mosi", "miso") if name in pins}
    return SDCard(machine.SPI(spi, **wires), machine.Pin(pins["cs"]))


def close_card(card):
    """Let go of it, whatever has become of it."""
    if hasattr(card, "deinit"):
        try:
            card.deinit()
        except OSError:
            pass
