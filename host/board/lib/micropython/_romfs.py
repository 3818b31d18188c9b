"""The partition for a ROM file system: a file of the PC, mapped into memory as flash is, and outside of the heap."""

import os
import sys

import ffi
import uctypes
import vfs

_READ_WRITE, _SHARED = 3, 1


class _Vfs:
    """The module vfs, with the partition that firmware with a ROM file system has."""

    def __init__(self, path):
        self._file = os.VfsPosix().open(path, "r+b")
        self._size = self._file.seek(0, 2)
        mmap = ffi.open(None).func("p", "mmap", "pLiiil")
        self._place = mmap(0, self._size, _READ_WRITE, _SHARED, self._file.fileno(), 0)

    def __getattr__(self, name):
        return getattr(vfs, name)

    def rom_ioctl(self, what, *arguments):
        """Do what firmware does: 1 counts partitions, 2 gives one, 3 prepares it for 4, which writes; 5 ends that."""
        if what == 1:
            return 1
        if arguments[0] != 0:
            return -22  # EINVAL
        if what == 2:
            return uctypes.bytearray_at(self._place, self._size)
        if what == 3:
            return 4
        if what == 4:
            self._file.seek(arguments[1])
            self._file.write(arguments[2])
            self._file.flush()
        return 0 if what in (4, 5) else -22


def mount(path):
    """Mount what the file `path` holds at /rom, as firmware does, and show programs the partition."""
    stand_in = sys.modules["vfs"] = _Vfs(path)
    try:
        vfs.mount(vfs.VfsRom(stand_in.rom_ioctl(2, 0)), "/rom")
    except (OSError, ValueError):
        return  # nothing was deployed yet
    sys.path[3:3] = ["/rom", "/rom/lib"]
