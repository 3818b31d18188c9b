"""Storage that can lose its power at any write: a LittleFS in RAM on MicroPython, a folder on CPython."""

import os

from support import MICROPYTHON, new_folder, remove


class PowerCut(BaseException):
    """The power is gone: nothing that follows changes anything."""


class Flash:
    """NOR flash in RAM, as MicroPython's file systems want it.

    data: bytearray, its content. cut: the number of the write at which the power is lost, half of it done.
    """

    SIZE = 256

    def __init__(self, data, cut=None):
        self.data = data
        self.cut = cut
        self.writes = 0
        self.dead = False

    def readblocks(self, block, buffer, offset=0):
        """Read from a block."""
        start = block * self.SIZE + offset
        buffer[:] = memoryview(self.data)[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        """Write to an erased block; an error is returned: raised, it would leave the file system's code half way."""
        if self.dead:
            return -5
        size = len(buffer)
        if self.writes == self.cut:
            self.dead = True
            size = size // 2 if self.cut % 2 else 0
        self.writes += 1
        start = block * self.SIZE + offset
        self.data[start : start + size] = memoryview(buffer)[:size]
        return -5 if self.dead else None

    def ioctl(self, op, arg):
        """Answer what a file system asks."""
        if op == 4:
            return len(self.data) // self.SIZE
        if op == 5:
            return self.SIZE
        if op == 6:
            if self.dead:
                return -5
            self.data[arg * self.SIZE : (arg + 1) * self.SIZE] = b"\xff" * self.SIZE
        return 0


class Disk:
    """A disk with `root`, the folder to work in; `run` does something, with the power lost at a write or not."""

    def __init__(self, blocks=300):
        if MICROPYTHON:
            import vfs

            self.root = "/power"
            self._data = bytearray(blocks * Flash.SIZE)
            vfs.VfsLfs2.mkfs(Flash(self._data), readsize=32, progsize=32, lookahead=64)
        else:
            self.root = new_folder()
        self._kept = None

    def fill(self, action, step):
        """Call `action()` with the disk full after ever more writes, up to where it is not full any more.

        `step()` is called after each, with room again.
        """
        room = 0
        done = False
        while not done:
            self.restore()
            if MICROPYTHON:
                import vfs

                vfs.mount(vfs.VfsLfs2(Flash(self._data), readsize=32, progsize=32, lookahead=64), "/power")
                found = os.statvfs("/power")
                # Blocks of a large file also hold pointers: a thirtieth.
                size = found[0] * found[3] * 29 // 30 - (room + 1) * Flash.SIZE
                done = size <= 0
                with open("/power/ballast", "wb") as f:
                    for _ in range(size // 64):
                        f.write(b"x" * 64)
                try:
                    action()
                finally:
                    os.remove("/power/ballast")
                    step()
                    vfs.umount("/power")
            else:
                done = self._fill_folder(action, room)
                step()
            room += 1

    def _fill_folder(self, action, room):
        import builtins

        count = [0]
        plain_open = builtins.open

        def limited(path, mode="r", *more, **rest):
            if mode[0] in "wa":
                if count[0] >= room:
                    raise OSError(28, "No space left on device")
                count[0] += 1
            return plain_open(path, mode, *more, **rest)

        builtins.open = limited
        try:
            action()
        finally:
            builtins.open = plain_open
        return count[0] < room

    def run(self, action, cut=None):
        """Call `action()`; returns the number of writes, or None when the power was lost at write `cut`."""
        return self._run_flash(action, cut) if MICROPYTHON else self._run_folder(action, cut)

    def _run_flash(self, action, cut):
        import vfs

        flash = Flash(self._data, cut)
        vfs.mount(vfs.VfsLfs2(flash, readsize=32, progsize=32, lookahead=64), "/power")
        try:
            action()
        except Exception:
            if not flash.dead:
                raise
        finally:
            vfs.umount("/power")
        return None if flash.dead else flash.writes

    def _run_folder(self, action, cut):
        # Every call that changes something is a write.
        import builtins

        count = [0]

        def counted(function, changes=lambda *args: True):
            def call(*args, **more):
                if changes(*args):
                    if cut is not None and count[0] >= cut:
                        raise PowerCut
                    count[0] += 1
                return function(*args, **more)

            return call

        names = ("rename", "replace", "mkdir", "remove", "rmdir")
        saved = {name: getattr(os, name) for name in names}
        plain_open = builtins.open
        for name in names:
            setattr(os, name, counted(saved[name]))
        builtins.open = counted(plain_open, lambda path, mode="r", *more: mode[0] in "wa")
        try:
            action()
            return count[0]
        except PowerCut:
            return None
        finally:
            builtins.open = plain_open
            for name in names:
                setattr(os, name, saved[name])

    def keep(self):
        """Remember what is on the disk now."""
        if MICROPYTHON:
            self._kept = bytes(self._data)
        else:
            self._kept = _contents(self.root, {})

    def restore(self):
        """Bring back what `keep` remembered."""
        if MICROPYTHON:
            self._data[:] = self._kept
        else:
            remove(self.root)
            os.mkdir(self.root)
            for path in sorted(self._kept):
                if self._kept[path] is None:
                    os.mkdir(path)
                else:
                    with open(path, "wb") as f:
                        f.write(self._kept[path])

    def close(self):
        """Remove the folder."""
        if not MICROPYTHON:
            remove(self.root)


def _contents(folder, found):
    for name in os.listdir(folder):
        path = folder + "/" + name
        if os.stat(path)[0] & 0x4000:
            found[path] = None
            _contents(path, found)
        else:
            with open(path, "rb") as f:
                found[path] = f.read()
    return found
