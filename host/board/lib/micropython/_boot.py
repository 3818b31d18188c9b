"""Power-on of the virtual board: what firmware does before boot.py and main.py."""

import os
import sys

import _board
from uselect import POLLIN, poll
from utime import sleep_ms


def power_on():
    """Take up the wires and show the device only its own files."""
    _board.connect(open(int(os.getenv("BOARD_WIRE")), "r+b"), open(int(os.getenv("BOARD_LINE")), "r+b"))
    _board.nap = nap
    _board.execute = execfile  # noqa: F821
    root = _Files(os.getenv("BOARD_FILES"))
    firmware = os.VfsPosix(os.getenv("BOARD_ROM"))
    image = os.getenv("BOARD_ROMFS")
    if image:
        import _romfs
    os.umount("/")
    os.mount(root, "/")
    os.mount(firmware, "/firmware")
    os.chdir("/")
    sys.path[:] = ["", ".frozen", "/lib", "/firmware"]
    if image:
        _romfs.mount(image)
        del sys.modules["_romfs"]
    # What only starts the board leaves the heap to the program.
    del sys.modules["_boot"]
    return [name for name in ("boot.py", "main.py") if name in os.listdir("/")]


class _Files:
    """The device's own files. VfsPosix, below a root, mixes up the two paths of a renaming."""

    def __init__(self, folder):
        self._folder = folder
        self._files = os.VfsPosix(folder)

    def __getattr__(self, name):
        return getattr(self._files, name)

    def open(self, path, mode):
        file = self._files.open(path, mode)
        if mode[0] == "r" and "+" not in mode:
            ms = _board.ask("flash.open", path)
            if ms:
                sleep_ms(ms)
            return file
        from _flash import opened

        return opened(file, mode)

    def statvfs(self, path):
        from _flash import room

        return room(self._files.statvfs(path))

    def stat(self, path):
        found = self._files.stat(path)
        epoch = 0
        if found[0] & 0x8000:
            try:
                epoch = _board.ask("clock.epoch")
            except KeyboardInterrupt:
                # For an import whatever is raised here means that there is no such file.
                epoch = _board.ask("clock.epoch")
                _board.put_off()
        return found[:7] + (found[7] - epoch, found[8] - epoch, found[9] - epoch) if epoch else found

    def rename(self, old, new):
        os.VfsPosix().rename(self._whole(old), self._whole(new))

    def _whole(self, path):
        return self._folder + path if path[:1] == "/" else path


def nap(ms):
    """Wait up to `ms` for something on the wire."""
    waiting = poll()
    waiting.register(_board.wire, POLLIN)
    try:
        from _clock import idle  # of a board whose time can be wound forward
    except ImportError:
        idle = _wait
    idle(waiting, ms)
    _board.deliver()


def _wait(waiting, ms):
    for _ in waiting.ipoll(ms):
        pass
