"""A stand-in for the boot loader of an ESP32, on a port of this PC: as much of its protocol as esptool speaks.

The protocol is that of Espressif's esptool documentation, "Serial Protocol": packets in SLIP frames, first answered by
the loader in ROM, and after a program was loaded into memory and said OHAI as that stub would.
"""

import hashlib
import socket
import struct
import threading
import zlib

_SPI = 0x3FF42000
_REGISTERS = {
    0x40001000: 0x00F01D83,  # by which esptool knows an ESP32
    0x3FF40014: 347,  # divider of the UART: a crystal of 40 MHz at 115,200 baud
    _SPI + 0x80: 0x1640EF,  # what the flash chip says it is: 4 MB
}
_INVALID = b"\x01\x05"


class Esp32:
    """An ESP32 with 4 MB of flash (`flash`, a bytearray); `port` is what esptool takes. Ends with `close`.

    spoil: the flash keeps other bytes than it was given.
    """

    def __init__(self, spoil=False):
        self.flash = bytearray(b"\xff") * (4 << 20)
        self.spoil = spoil
        self.erased = False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = "socket://127.0.0.1:{}".format(self._server.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        """Take it off the port."""
        self._server.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                _Session(self, connection).run()


class _Session:
    """One visit of esptool, which begins with a reset."""

    def __init__(self, chip, connection):
        self._chip = chip
        self._connection = connection
        self._registers = dict(_REGISTERS)
        self._stub = False
        self._unpack = None
        self._place = self._left = 0

    def run(self):
        """Answer until it leaves."""
        for packet in self._packets():
            direction, op, length, _ = struct.unpack("<BBHI", packet[:8])
            handler = _COMMANDS.get(op)
            if direction == 0 and len(packet) == 8 + length:
                if handler is None:
                    self._answer(op, status=_INVALID)
                else:
                    handler(self, op, packet[8:])

    def _packets(self):
        frame = None
        escaped = False
        while True:
            try:
                data = self._connection.recv(65536)
            except OSError:
                return
            if not data:
                return
            for byte in data:
                if byte == 0xC0:
                    if frame:
                        yield bytes(frame)
                        frame = None
                    else:
                        frame = bytearray()
                elif frame is not None:
                    if escaped:
                        byte = {0xDC: 0xC0, 0xDD: 0xDB}[byte]
                        escaped = False
                    elif byte == 0xDB:
                        escaped = True
                        continue
                    frame.append(byte)

    def _send(self, data):
        framed = data.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
        self._connection.sendall(b"\xc0" + framed + b"\xc0")

    def _answer(self, op, data=b"", value=0, status=b"\0\0"):
        body = data + status + (b"" if self._stub else b"\0\0")
        self._send(struct.pack("<BBHI", 1, op, len(body), value) + body)

    def sync(self, op, data):
        for _ in range(8):
            self._answer(op, value=0x20120707)

    def read_register(self, op, data):
        self._answer(op, value=self._registers.get(struct.unpack("<I", data)[0], 0))

    def write_register(self, op, data):
        for at in range(0, len(data), 16):
            address, value = struct.unpack("<II", data[at : at + 8])
            # A command of the SPI is over when its register is 0 again; what it reads stands there already.
            if address != _SPI and address != _SPI + 0x80:
                self._registers[address] = value
        self._answer(op)

    def nothing(self, op, data):
        self._answer(op)

    def start_stub(self, op, data):
        self._answer(op)
        if not struct.unpack("<II", data)[0]:
            self._stub = True
            self._send(b"OHAI")

    def begin(self, op, data):
        size, _, _, self._place = struct.unpack("<IIII", data[:16])
        self._unpack = zlib.decompressobj() if op == 0x10 else None
        sectors = (size + 4095) // 4096 * 4096
        self._chip.flash[self._place : self._place + sectors] = b"\xff" * sectors
        self._answer(op)

    def write(self, op, data):
        length, _ = struct.unpack("<II", data[:8])
        block = data[16 : 16 + length]
        block = self._unpack.decompress(block) if self._unpack else block
        if self._chip.spoil:
            block = bytes(len(block))
        self._chip.flash[self._place : self._place + len(block)] = block
        self._place += len(block)
        self._answer(op)

    def digest(self, op, data):
        place, size = struct.unpack("<II", data[:8])
        found = hashlib.md5(self._chip.flash[place : place + size])
        self._answer(op, found.digest() if self._stub else found.hexdigest().encode())

    def erase(self, op, data):
        self._chip.flash[:] = b"\xff" * len(self._chip.flash)
        self._chip.erased = True
        self._answer(op)


_COMMANDS = {
    0x02: _Session.begin,
    0x03: _Session.write,
    0x04: _Session.nothing,
    0x05: _Session.nothing,  # a segment for the memory begins,
    0x06: _Session.start_stub,
    0x07: _Session.nothing,  # and comes
    0x08: _Session.sync,
    0x09: _Session.write_register,
    0x0A: _Session.read_register,
    0x0B: _Session.nothing,  # about the flash chip
    0x0D: _Session.nothing,  # its pins
    0x0F: _Session.nothing,  # another baud rate
    0x10: _Session.begin,
    0x11: _Session.write,
    0x12: _Session.nothing,
    0x13: _Session.digest,
    0xD0: _Session.erase,
}


def image(payload):
    """A firmware image for an ESP32 (bytes) with one segment, as its boot loader takes it."""
    payload += bytes(-len(payload) % 4)
    head = struct.pack("<BBBBI", 0xE9, 1, 2, 0x20, 0x40080000)
    head += bytes((0xEE, 0, 0, 0)) + struct.pack("<HBHHI", 0, 0, 0, 0xFFFF, 0) + b"\0"
    found = head + struct.pack("<II", 0x40080000, len(payload)) + payload
    checksum = 0xEF
    for byte in payload:
        checksum ^= byte
    found += bytes(15 - len(found) % 16) + bytes((checksum,))
    return found
