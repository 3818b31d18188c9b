"""DS18B20: any number of thermometers on one wire, through MicroPython's drivers `onewire` and `ds18x20`."""

from machine import Pin

from .reading import Reading

_CONVERT_MS = 760  # with 12 bits: DS18B20 data sheet, table 2


class Device(Reading):
    """The sensor `<id>` for one thermometer; for several `<id>_<number>`, or the names that `roms` gives them.

    roms: {"28ff641e8116036c": "boiler"}; they are looked for when the module starts, and named in the log.
    """

    def __init__(self, module, id, driver, config):
        from ds18x20 import DS18X20
        from onewire import OneWire

        self._wire = DS18X20(OneWire(Pin(config["pin"])))
        self._roms = {}  # name of the value -> the sensor's number
        self._single = False
        Reading.__init__(self, module, id, config)
        names = config["roms"]
        for rom in names:
            self._add(rom, names[rom])
        if not names:
            self._look()

    def _look(self):
        found = ["".join(["%02x" % octet for octet in rom]) for rom in self._wire.scan()]
        self.module.log.info("%s: thermometers on the wire: %s" % (self.id, ", ".join(found) or "none"))
        for rom in found:
            self._add(rom, "" if len(found) == 1 else rom)

    def _add(self, rom, name):
        if len(rom) != 16:
            raise ValueError("roms: %r: takes 16 hexadecimal figures" % rom)
        self._roms[name] = bytearray([int(rom[i : i + 2], 16) for i in range(0, 16, 2)])
        self.declare(
            name, "Temperature" if not name else name[:1].upper() + name[1:], "\u00b0C", "temperature"
        )

    def read(self):
        """Let all measure, and read them when they have."""
        if not self._roms:
            self._look()
            if not self._roms:
                raise OSError("nothing on the wire")
        self._wire.convert_temp()
        self.module.after(_CONVERT_MS, self._collect)

    def answered(self):
        """Wait: only what is collected tells."""

    def _collect(self):
        error = None
        for name in self._roms:
            try:
                self.show(name, self._wire.read_temp(self._roms[name]))
            except Exception as trouble:  # OSError, or MicroPython's bare Exception for a wrong checksum
                error = trouble
        if error:
            self.failed(error)
        else:
            Reading.answered(self)
