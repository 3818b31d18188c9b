"""machine.SDCard: a block device in a file that the board owns; it can be pulled out at any time."""

import _board

_BLOCK = 512
_WIRING = "width cd wp miso mosi sck cs cmd data freq".split()


class SDCard:
    """The card in the slot. OSError: there is none, also later, when it is pulled out."""

    def __init__(self, slot=1, **wiring):
        if not 0 <= slot <= 3:
            raise ValueError("slot number must be between 0 and 3 inclusive")
        if any([name not in _WIRING for name in wiring]):
            raise TypeError("extra keyword arguments given")
        self._file = _open(_board.ask("card.open"))

    def info(self):
        """Return (bytes in all, bytes a block)."""
        return (_board.ask("card.size"), _BLOCK)

    def readblocks(self, number, buffer, offset=0):
        """Fill `buffer` from block `number` on."""
        self._seek(number, offset).readinto(buffer)

    def writeblocks(self, number, buffer, offset=0):
        """Write `buffer` from block `number` on."""
        self._seek(number, offset).write(buffer)

    def _seek(self, number, offset):
        if self._file is None:
            raise OSError(19)
        _board.ask("card.size")
        self._file.seek(number * _BLOCK + offset)
        return self._file

    def ioctl(self, op, argument):
        """Answer the file system: blocks (4), their size (5), else done."""
        if op == 4:
            return _board.ask("card.size") // _BLOCK
        if op == 5:
            return _BLOCK
        if op == 3 and self._file:
            self._file.flush()
        return 0

    def deinit(self):
        """Let go of the card."""
        if self._file:
            self._file.close()
            self._file = None


def _open(path):
    import os

    if hasattr(os, "VfsPosix"):
        folder, _, name = path.rpartition("/")
        # The board's own folder, which the device's file system does not show.
        return os.VfsPosix(folder).open("/" + name, "r+b")
    return open(path, "r+b", buffering=0)
